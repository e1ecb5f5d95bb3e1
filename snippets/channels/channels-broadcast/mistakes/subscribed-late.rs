//! Wrong: the receiver is made after the message was sent.

use tokio::sync::broadcast;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, _first) = broadcast::channel(16);
    tx.send("started").unwrap();

    let mut late = tx.subscribe();
    println!("received: {:?}", late.try_recv());
}
