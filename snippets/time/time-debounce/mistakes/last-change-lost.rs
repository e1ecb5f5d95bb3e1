//! The program ends within the quiet time, and the loop forgets what it was waiting for.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = watch::channel(0);
    for version in 1..=3 {
        tx.send_replace(version);
    }
    drop(tx);

    let mut saves = 0;
    while rx.changed().await.is_ok() {
        match timeout(Duration::from_millis(20), rx.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => break,
            Err(_) => saves += 1,
        }
    }
    let last = *rx.borrow();
    println!("changed to {last}, saved {saves} times");
}
