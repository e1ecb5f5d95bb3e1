//! The queue is full, as it may be at any time, and `unwrap` makes a panic of it.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, _rx) = mpsc::channel(2);
    for n in 0..3 {
        tx.try_send(n).unwrap();
    }
}
