//! A test sleeps for a fixed time and takes the service to be ready then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::sleep;

static READY: AtomicBool = AtomicBool::new(false);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(async {
        // Stands for a start that takes longer than usual, as on a busy machine.
        sleep(Duration::from_secs(3600)).await;
        READY.store(true, Ordering::Relaxed);
    });

    sleep(Duration::from_millis(20)).await;
    let state = if READY.load(Ordering::Relaxed) {
        "ready"
    } else {
        "not ready yet"
    };
    println!("after 20 ms of waiting: {state}");
}
