//! Wrong: the borrowed value, and with it the lock, is held over an await.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_tx, rx) = watch::channel(String::from("initial"));
    let _ = tokio::spawn(async move {
        let value = rx.borrow();
        tokio::task::yield_now().await;
        println!("{}", *value);
    })
    .await;
}
