//! Wrong: `join_all` has no limit, every request is started in the first moment.

use futures_util::future::join_all;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

async fn request() {
    let under_way = UNDER_WAY.fetch_add(1, Ordering::Relaxed) + 1;
    PEAK.fetch_max(under_way, Ordering::Relaxed);
    yield_now().await;
    UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    join_all((0..1000).map(|_| request())).await;
    let peak = PEAK.load(Ordering::Relaxed);
    println!("{peak} requests under way at once");
}
