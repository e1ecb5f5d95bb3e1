//! The first receiver is only ever cloned, and lives on in `main`.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (stop, stopping) = watch::channel(false);
    let mut receiver = stopping.clone();
    tokio::spawn(async move { receiver.wait_for(|stop| *stop).await.is_ok() });
    stop.send_replace(true);
    println!("reached");
    stop.closed().await;
    println!("all tasks have ended");
}
