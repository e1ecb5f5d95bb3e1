//! Wrong: the value is sent while nobody subscribes, and its error is ignored.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, _) = watch::channel(1);
    let _ = tx.send(2);

    let rx = tx.subscribe();
    println!("value for a later subscriber: {}", *rx.borrow());
}
