//! Two tasks change the value they loaded before, and one change is overwritten.

use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::task::yield_now;

async fn count(counter: &ArcSwap<u32>) {
    let next = *counter.load_full() + 1;
    yield_now().await;
    counter.store(Arc::new(next));
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let counter = ArcSwap::from_pointee(0);
    tokio::join!(count(&counter), count(&counter));
    println!("counted {} of 2 changes", counter.load());
}
