//! A loop without an end in `spawn_blocking` keeps the program from ending.

use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (begun, has_begun) = oneshot::channel();
    spawn_blocking(move || {
        let _ = begun.send(());
        loop {
            // Stands for the next read from a device.
            thread::sleep(Duration::from_millis(10));
        }
    });
    let _ = has_begun.await;
    println!("reached");
}
