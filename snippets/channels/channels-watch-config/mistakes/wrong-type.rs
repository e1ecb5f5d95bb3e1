//! Wrong: the channel is made with a string literal and then gets a `String`.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, rx) = watch::channel("initial");
    let _ = tx.send(format!("value {}", 1));
    println!("{}", *rx.borrow());
}
