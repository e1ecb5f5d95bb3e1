//! Wrong: the channel is made with a string literal, and `String`s are to go through it.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, rx) = watch::channel("initial");
    let _ = tx.send(format!("value {}", 1));
    follow(rx).await;
}

async fn follow(mut rx: watch::Receiver<String>) {
    while rx.changed().await.is_ok() {
        println!("{}", *rx.borrow_and_update());
    }
}
