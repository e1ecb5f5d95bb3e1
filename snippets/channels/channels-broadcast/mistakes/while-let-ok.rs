//! Wrong: a consumer that has fallen behind takes the lag for the end of the channel.

use tokio::sync::broadcast;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = broadcast::channel(2);
    for n in 1..=4 {
        tx.send(n).unwrap();
    }

    let mut consumed = Vec::new();
    while let Ok(n) = rx.recv().await {
        consumed.push(n);
    }
    println!("consumed {consumed:?}, still queued {}", rx.len());
}
