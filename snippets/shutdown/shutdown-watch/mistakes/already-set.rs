//! The flag was set before the worker subscribed, so it waits for a change that never comes.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = watch::Sender::new(false);
    stop.send_replace(true);
    let mut stopping = stop.subscribe();
    println!("reached");
    let _ = stopping.changed().await;
    println!("stopped");
}
