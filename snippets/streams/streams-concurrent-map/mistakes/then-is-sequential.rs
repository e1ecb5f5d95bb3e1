//! Wrong: `then` looks like a concurrent map, but runs one future after the other.

use futures_util::{StreamExt, stream};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

async fn request(_n: u32) {
    let under_way = UNDER_WAY.fetch_add(1, Ordering::Relaxed) + 1;
    PEAK.fetch_max(under_way, Ordering::Relaxed);
    yield_now().await;
    UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let done: Vec<()> = stream::iter(0..5).then(request).collect().await;
    let peak = PEAK.load(Ordering::Relaxed);
    println!("{} requests, at most {peak} under way", done.len());
}
