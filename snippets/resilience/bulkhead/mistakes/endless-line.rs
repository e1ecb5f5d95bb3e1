//! Wrong: behind a slow service everybody waits, and there is no limit to how many.

use std::future::pending;
use std::sync::Arc;
use tokio::sync::{AcquireError, Semaphore};
use tokio::task::{JoinSet, yield_now};

async fn call(places: Arc<Semaphore>) -> Result<(), AcquireError> {
    let _place = places.acquire().await?;
    // The service does not answer.
    pending().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let places = Arc::new(Semaphore::new(4));
    let calls: JoinSet<_> = (0..1000).map(|_| call(Arc::clone(&places))).collect();
    yield_now().await;
    println!("{} requests held in memory", calls.len());
}
