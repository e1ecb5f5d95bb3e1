//! A task pauses with the sleep of the standard library.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

static BEATS: AtomicUsize = AtomicUsize::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(async {
        loop {
            BEATS.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    tokio::task::yield_now().await;

    let before = BEATS.load(Ordering::Relaxed);
    thread::sleep(Duration::from_millis(50));
    let beats = BEATS.load(Ordering::Relaxed) - before;
    println!("heartbeats during the pause: {beats}");
}
