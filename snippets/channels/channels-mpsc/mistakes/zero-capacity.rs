//! Wrong: a capacity of zero, as in languages where that makes sender and receiver meet.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(0);
    tokio::spawn(async move { tx.send("hello").await });
    println!("{:?}", rx.recv().await);
}
