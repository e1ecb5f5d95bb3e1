//! A hundred jobs for four workers, and an end that loses none of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc::error::SendError;
use worker_pool::{QUEUE, WORKERS};

pub mod worker_pool;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), SendError<u64>> {
    let sum = Arc::new(AtomicU64::new(0));
    let total = Arc::clone(&sum);
    let (jobs, workers) = worker_pool::start(WORKERS, QUEUE, move |number: u64| {
        let total = Arc::clone(&total);
        async move {
            tokio::task::yield_now().await;
            total.fetch_add(number, Ordering::Relaxed);
        }
    });

    for number in 1..=100 {
        jobs.send(number).await?;
    }
    // No more jobs: the workers finish what is queued, then they end.
    drop(jobs);
    println!("{:?}", workers.join().await);
    println!("sum {}", sum.load(Ordering::Relaxed));
    Ok(())
}
