//! The handler sends behind a `send` that was begun before it and is not polled any more.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(1);
    let _ = tx.send("first").await;
    tokio::spawn(async move {
        sleep(Duration::from_millis(100)).await;
        while rx.recv().await.is_some() {}
    });

    let mut sending = pin!(tx.send("second"));
    tokio::select! {
        biased;
        _ = &mut sending => {}
        () = sleep(Duration::from_millis(10)) => {
            println!("reached");
            let _ = tx.send("the reader is slow").await;
            let _ = sending.await;
        }
    }
}
