//! A server loop spawns into a `JoinSet` and never joins.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let finished = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        let finished = Arc::clone(&finished);
        tasks.spawn(async move { finished.fetch_add(1, Ordering::Relaxed) });
    }
    while finished.load(Ordering::Relaxed) < 1000 {
        tokio::task::yield_now().await;
    }
    println!("finished 1000, still held {}", tasks.len());
}
