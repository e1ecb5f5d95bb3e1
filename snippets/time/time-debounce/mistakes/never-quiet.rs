//! Somebody types without a pause, and nothing is saved.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = watch::channel(0);
    tokio::spawn(async move {
        for key in 1..=50 {
            let _ = tx.send(key);
            sleep(Duration::from_millis(5)).await;
        }
    });

    let (mut changes, mut saves) = (0, 0);
    while changes < 50 {
        match timeout(Duration::from_secs(5), rx.changed()).await {
            Ok(Ok(())) => changes += 1,
            Ok(Err(_)) => break,
            Err(_) => saves += 1,
        }
    }
    println!("changes {changes}, saves {saves}");
}
