//! An async task waits for a message with the blocking form.

use tokio::sync::mpsc;

#[tokio::main]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(1);
    tokio::spawn(async move { sender.send(42).await });
    println!("{:?}", receiver.blocking_recv());
}
