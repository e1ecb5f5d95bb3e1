//! Wrong: `let _ =` drops the permit before the work begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit = Arc::new(Semaphore::new(3));
    let running = Arc::new(AtomicU32::new(0));
    let mut jobs = JoinSet::new();
    for _ in 0..10 {
        let (limit, running) = (Arc::clone(&limit), Arc::clone(&running));
        jobs.spawn(async move {
            let _ = limit.acquire().await.unwrap();
            let now = running.fetch_add(1, Ordering::Relaxed) + 1;
            tokio::task::yield_now().await;
            running.fetch_sub(1, Ordering::Relaxed);
            now
        });
    }
    let most = jobs.join_all().await.into_iter().max().unwrap();
    println!("limit 3, at the same time {most}");
}
