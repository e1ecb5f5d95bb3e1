//! One task per input, all at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::{JoinSet, yield_now};

static RUNNING: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

async fn fetch() {
    let running = RUNNING.fetch_add(1, Ordering::Relaxed) + 1;
    PEAK.fetch_max(running, Ordering::Relaxed);
    yield_now().await;
    RUNNING.fetch_sub(1, Ordering::Relaxed);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        tasks.spawn(fetch());
    }
    tasks.join_all().await;
    println!("peak {}", PEAK.load(Ordering::Relaxed));
}
