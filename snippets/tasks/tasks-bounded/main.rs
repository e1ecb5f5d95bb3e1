//! Fetches ten pages, three at a time.

use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use map_bounded::map_bounded;

pub mod map_bounded;

/// Tasks that may be at work at the same time.
const CONCURRENCY: usize = 3;

static RUNNING: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let limit = NonZeroUsize::new(CONCURRENCY).ok_or("the limit must not be zero")?;
    let pages = map_bounded(1..=10, limit, fetch).await?;
    println!("done={} peak={}", pages.len(), PEAK.load(Ordering::Relaxed));
    println!("in order: {}", pages.is_sorted());
    Ok(())
}

/// Stands for a request that takes its time.
async fn fetch(page: u64) -> u64 {
    let running = RUNNING.fetch_add(1, Ordering::Relaxed) + 1;
    PEAK.fetch_max(running, Ordering::Relaxed);
    sleep(Duration::from_millis(5)).await;
    RUNNING.fetch_sub(1, Ordering::Relaxed);
    page
}
