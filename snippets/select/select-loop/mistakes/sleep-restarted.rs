//! Wrong: each message starts the heartbeat's sleep anew, so it never comes to its end.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(100);
    for n in 0..100 {
        tx.send(n).await.unwrap();
    }
    drop(tx);

    let mut heartbeats = 0;
    loop {
        tokio::select! {
            biased;
            () = sleep(Duration::from_millis(200)) => heartbeats += 1,
            message = rx.recv() => match message {
                // The messages take half a second in all: two heartbeats are due meanwhile.
                Some(_) => sleep(Duration::from_millis(5)).await,
                None => break,
            },
        }
    }
    println!("heartbeats in half a second: {heartbeats}");
}
