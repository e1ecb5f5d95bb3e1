//! An assertion fails in a task that nobody awaits. (`main` stands for a test.)

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let checked = tokio::spawn(async { assert_eq!(1 + 1, 3) });
    while !checked.is_finished() {
        tokio::task::yield_now().await;
    }
    println!("the test ends well");
}
