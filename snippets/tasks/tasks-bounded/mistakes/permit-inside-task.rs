//! The semaphore is acquired by tasks that exist already.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::yield_now;

static WORKING: AtomicUsize = AtomicUsize::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit = Arc::new(Semaphore::new(3));
    for _ in 0..1000 {
        let limit = Arc::clone(&limit);
        tokio::spawn(async move {
            let _permit = limit.acquire().await;
            WORKING.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>().await;
        });
    }
    while WORKING.load(Ordering::Relaxed) < 3 {
        yield_now().await;
    }
    let working = WORKING.load(Ordering::Relaxed);
    let alive = Handle::current().metrics().num_alive_tasks();
    println!("{working} at work, {alive} tasks alive");
}
