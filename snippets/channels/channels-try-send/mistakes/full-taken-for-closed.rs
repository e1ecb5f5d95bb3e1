//! Every error of `try_send` is taken for the end of the receiver.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(2);
    let mut sent = 0;
    for n in 0..5 {
        if tx.try_send(n).is_err() {
            break;
        }
        sent += 1;
    }
    rx.recv().await;
    if !tx.is_closed() {
        println!("stopped for good after {sent} of 5: the queue was only full");
    }
}
