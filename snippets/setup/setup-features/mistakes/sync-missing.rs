//! A channel is used, but the feature `sync` of Tokio is off.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(8);
    let _ = sender.send("hello").await;
    println!("{:?}", receiver.recv().await);
}
