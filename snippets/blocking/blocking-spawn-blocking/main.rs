//! Twenty blocking jobs, two at a time, while the worker stays free.

use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tokio::task::JoinSet;

use blocking_pool::BlockingPool;

pub mod blocking_pool;

/// Blocking jobs that may run at the same time.
const MAX_JOBS: usize = 2;

static RUNNING: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let limit = NonZeroUsize::new(MAX_JOBS).ok_or("the limit must not be zero")?;
    let pool = BlockingPool::new(limit);

    let mut calls = JoinSet::new();
    for input in 0..20 {
        let pool = pool.clone();
        calls.spawn(async move { pool.run(move || hash(input)).await });
    }
    let mut results = 0;
    while let Some(call) = calls.join_next().await {
        call??;
        results += 1;
    }
    let within = PEAK.load(Ordering::SeqCst) <= MAX_JOBS;
    println!("results {results}, never more than {MAX_JOBS} at once: {within}");
    Ok(())
}

/// Stands for a call that keeps its thread.
fn hash(input: u64) -> u64 {
    let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
    PEAK.fetch_max(running, Ordering::SeqCst);
    thread::sleep(Duration::from_millis(1));
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    input.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
