//! A broadcast channel is meant to have no limit.

use tokio::sync::broadcast;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, _receiver) = broadcast::channel(usize::MAX);
    let _ = sender.send("started");
}
