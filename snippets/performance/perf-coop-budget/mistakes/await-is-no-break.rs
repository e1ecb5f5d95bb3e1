//! Wrong: each `.await` is of something that is ready, so the loop never gives way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

async fn from_cache(key: u32) -> u32 {
    key.rotate_left(7)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = Arc::new(AtomicBool::new(false));
    let signal = Arc::clone(&stop);
    tokio::spawn(async move { signal.store(true, Ordering::Relaxed) });

    println!("reached");
    let mut key = 1;
    while !stop.load(Ordering::Relaxed) {
        key = from_cache(key).await;
    }
    println!("stopped");
}
