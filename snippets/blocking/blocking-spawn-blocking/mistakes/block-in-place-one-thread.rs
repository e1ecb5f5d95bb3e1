//! `block_in_place` on a runtime with one thread.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let answer = tokio::task::block_in_place(|| 42);
    println!("{answer}");
}
