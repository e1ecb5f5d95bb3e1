//! Wrong: the consumer leaves at the first bad message, and the producer takes that for impossible.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(1);
    let _consumer = tokio::spawn(async move {
        while let Some(line) = rx.recv().await {
            println!("{}", str::parse::<u32>(line)?);
        }
        Ok::<_, std::num::ParseIntError>(())
    });

    for line in ["1", "two", "3", "4"] {
        tx.send(line).await.unwrap();
    }
}
