//! The first error returns by `?` and leaves the sibling running.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

async fn transfer(
    writes: Arc<AtomicUsize>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let reader = tokio::spawn(async { Err::<(), &str>("connection lost") });
    let writer = tokio::spawn(async move {
        loop {
            writes.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });
    reader.await??;
    writer.await?
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let writes = Arc::new(AtomicUsize::new(0));
    if transfer(Arc::clone(&writes)).await.is_err() {
        let before = writes.load(Ordering::Relaxed);
        for _ in 0..100 {
            yield_now().await;
        }
        if writes.load(Ordering::Relaxed) > before {
            println!("the caller has given up, the sibling writes on");
        }
    }
}
