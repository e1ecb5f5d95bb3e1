//! A loop awaits a task again after it has finished.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut task = tokio::spawn(async { 42 });
    for _ in 0..2 {
        tokio::select! {
            result = &mut task => println!("{result:?}"),
        }
    }
}
