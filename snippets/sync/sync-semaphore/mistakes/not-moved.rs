//! Wrong: the permit is taken before the spawn, but the task does not take it along.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit = Arc::new(Semaphore::new(3));
    let mut jobs = JoinSet::new();
    for _ in 0..10 {
        let _permit = Arc::clone(&limit).acquire_owned().await.unwrap();
        jobs.spawn(std::future::pending::<()>());
    }
    println!("limit 3, spawned at the same time {}", jobs.len());
}
