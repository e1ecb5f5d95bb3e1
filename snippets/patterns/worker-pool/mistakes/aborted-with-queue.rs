//! Wrong: the workers are aborted while accepted jobs still wait in the queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Mutex, mpsc};
use tokio::task::{JoinSet, yield_now};

static DONE: AtomicUsize = AtomicUsize::new(0);

async fn work(jobs: Arc<Mutex<mpsc::Receiver<u32>>>) {
    loop {
        let next = jobs.lock().await.recv().await;
        if next.is_none() {
            return;
        }
        yield_now().await;
        DONE.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (sender, receiver) = mpsc::channel(100);
    let receiver = Arc::new(Mutex::new(receiver));
    let mut workers: JoinSet<_> = (0..4).map(|_| work(Arc::clone(&receiver))).collect();
    for job in 0..100 {
        sender.send(job).await?;
    }
    workers.shutdown().await;
    println!("accepted 100 jobs, done {}", DONE.load(Ordering::Relaxed));
    Ok(())
}
