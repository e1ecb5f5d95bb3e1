//! The answer is looked for once, before it can be there.

use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (answer, mut answered) = oneshot::channel();
    let worker = tokio::spawn(async move { answer.send(42) });
    match answered.try_recv() {
        Ok(number) => println!("{number}"),
        Err(error) => println!("no answer: {error}"),
    }
    let _ = worker.await;
}
