//! Many tasks: results as they finish, or in the order of spawning.
//!
//! Use it when the number of tasks is known only at run time. Take `JoinSet` to handle each result as
//! soon as it is there, `JoinQueue` (tokio-util) when the results must come in the order of the input.
//!
//! Prevents: a `Vec` of handles awaited in order, where an early failure waits behind a slow success, and
//! tasks left running after an early return (both types abort what they still hold when dropped).

use std::error::Error;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;
use tokio_util::task::JoinQueue;

/// Pages to fetch at the same time.
const PAGES: [u64; 4] = [0, 1, 2, 3];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut finished = as_they_finish(PAGES).await?;
    // Which page is the first depends on the clock.
    finished.sort_unstable();
    println!("set, sorted {finished:?}");

    println!("queue {:?}", in_order(PAGES).await?);
    Ok(())
}

async fn as_they_finish(pages: impl IntoIterator<Item = u64>) -> Result<Vec<u64>, JoinError> {
    // `collect` spawns each future.
    let mut tasks: JoinSet<u64> = pages.into_iter().map(fetch).collect();
    let mut results = Vec::with_capacity(tasks.len());
    while let Some(result) = tasks.join_next().await {
        results.push(result?);
    }
    Ok(results)
}

async fn in_order(pages: impl IntoIterator<Item = u64>) -> Result<Vec<u64>, JoinError> {
    let mut tasks = JoinQueue::new();
    for page in pages {
        tasks.spawn(fetch(page));
    }
    let mut results = Vec::with_capacity(tasks.len());
    while let Some(result) = tasks.join_next().await {
        results.push(result?);
    }
    Ok(results)
}

/// Stands for a request: the later the page, the sooner the answer.
async fn fetch(page: u64) -> u64 {
    sleep(Duration::from_millis(40_u64.saturating_sub(page * 10))).await;
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn a_set_gives_the_quickest_first() -> Result<(), JoinError> {
        let start = Instant::now();
        assert_eq!(as_they_finish(PAGES).await?, [3, 2, 1, 0]);
        assert_eq!(start.elapsed(), Duration::from_millis(40));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_queue_keeps_the_order_and_takes_no_longer() -> Result<(), JoinError> {
        let start = Instant::now();
        assert_eq!(in_order(PAGES).await?, [0, 1, 2, 3]);
        assert_eq!(start.elapsed(), Duration::from_millis(40));
        Ok(())
    }

    #[tokio::test]
    async fn no_tasks_is_an_empty_result() -> Result<(), JoinError> {
        assert_eq!(as_they_finish([]).await?, []);
        assert_eq!(in_order([]).await?, []);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn an_early_failure_does_not_wait_for_the_slow_ones() {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        tasks.spawn(sleep(Duration::from_secs(60)));
        tasks.spawn(async { panic!("at once") });
        let first = tasks.join_next().await;
        assert!(first.is_some_and(|result| result.is_err_and(|error| error.is_panic())));
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn dropping_the_set_aborts_its_tasks() {
        let finished = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..3 {
            let finished = Arc::clone(&finished);
            tasks.spawn(async move {
                sleep(Duration::from_secs(1)).await;
                finished.fetch_add(1, Ordering::Relaxed);
            });
        }
        drop(tasks);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(finished.load(Ordering::Relaxed), 0);
    }
}
