//! Wrong: the only receiver is dropped at once, so there is nobody to send to.

use tokio::sync::broadcast;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, _) = broadcast::channel(16);
    tx.send("started").unwrap();
}
