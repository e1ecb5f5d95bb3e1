//! Twelve tasks ask for a row each, and the database sees one query.

use batcher::{BATCH_SIZE, Batcher, MAX_DELAY, NoAnswer};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinSet;

pub mod batcher;

/// Stands for `SELECT ... WHERE id IN (...)`.
async fn rows(ids: Vec<u32>, queries: Arc<AtomicU32>) -> Vec<String> {
    queries.fetch_add(1, Ordering::Relaxed);
    tokio::task::yield_now().await;
    ids.iter().map(|id| format!("row {id}")).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), NoAnswer> {
    let queries = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&queries);
    let query = move |ids| rows(ids, Arc::clone(&counter));
    let batcher = Batcher::new(BATCH_SIZE, MAX_DELAY, query);

    let mut callers = JoinSet::new();
    for id in 1..=12 {
        let batcher = batcher.clone();
        callers.spawn(async move { batcher.call(id).await.map(|row| (id, row)) });
    }
    let answers = callers.join_all().await;
    let mut answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    answers.sort_unstable();
    println!("{:?} to {:?}", answers[0], answers[11]);
    println!("queries: {}", queries.load(Ordering::Relaxed));
    Ok(())
}
