//! A worker takes any change for the word to stop.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (stop, mut stopping) = watch::channel(false);
    let worker = tokio::spawn(async move {
        let _ = stopping.changed().await;
        println!("stopped by: {}", *stopping.borrow());
    });
    // Not yet: some part of the program only confirms that all is well.
    stop.send_replace(false);
    let _ = worker.await;
}
