//! Wrong: a `send` that loses the race drops the message it was to send.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(1);
    for n in 0..2 {
        tokio::select! {
            biased;
            sent = tx.send(n) => assert!(sent.is_ok()),
            () = std::future::ready(()) => {}
        }
    }
    drop(tx);

    let mut received = Vec::new();
    while let Some(n) = rx.recv().await {
        received.push(n);
    }
    println!("sent 2, received {received:?}");
}
