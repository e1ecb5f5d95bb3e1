//! An async task waits on a channel of the standard library.

use std::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel();
    tokio::spawn(async move { sender.send(42) });
    println!("reached");
    println!("{:?}", receiver.recv());
}
