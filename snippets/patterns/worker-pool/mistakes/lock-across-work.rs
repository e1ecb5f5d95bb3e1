//! Wrong: the lock on the receiver lives as long as the body of the `while let`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Mutex, mpsc};
use tokio::task::{JoinSet, yield_now};

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

async fn work(jobs: Arc<Mutex<mpsc::Receiver<u32>>>) {
    while let Some(_job) = jobs.lock().await.recv().await {
        let now = 1 + NOW.fetch_add(1, Ordering::Relaxed);
        PEAK.fetch_max(now, Ordering::Relaxed);
        yield_now().await;
        NOW.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (sender, receiver) = mpsc::channel(8);
    let receiver = Arc::new(Mutex::new(receiver));
    let workers: JoinSet<_> = (0..4).map(|_| work(Arc::clone(&receiver))).collect();
    for job in 0..100 {
        sender.send(job).await?;
    }
    drop(sender);
    workers.join_all().await;
    println!(
        "4 workers, at work at once: {}",
        PEAK.load(Ordering::Relaxed)
    );
    Ok(())
}
