//! Many inputs, N at a time: results in order, or as they come.
//!
//! Use it when one async step is to be done for every input, with a limit on how many are under
//! way. All of them run inside this one task: they wait at the same time, but do not compute in
//! parallel (for that, `tasks-bounded`).
//!
//! Prevents: `join_all` over ten thousand requests, which starts all of them at once; a `map`
//! whose futures nobody runs.

use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::sleep;

/// How many inputs are worked on at the same time.
const CONCURRENCY: usize = 3;

/// All results, in the order of the inputs.
async fn in_order(service: &Service, inputs: impl IntoIterator<Item = u64>) -> Vec<u64> {
    stream::iter(inputs)
        .map(|input| service.request(input))
        .buffered(CONCURRENCY)
        .collect()
        .await
}

/// All results, the fastest first: a slow one delays no other.
async fn as_they_come(service: &Service, inputs: impl IntoIterator<Item = u64>) -> Vec<u64> {
    stream::iter(inputs)
        .map(|input| service.request(input))
        .buffer_unordered(CONCURRENCY)
        .collect()
        .await
}

/// All results as they come, or the first error; with it, what is under way is dropped.
async fn all_or_error(
    service: &Service,
    inputs: impl IntoIterator<Item = u64>,
) -> Result<Vec<u64>, String> {
    stream::iter(inputs)
        .map(|input| service.fallible(input))
        .buffer_unordered(CONCURRENCY)
        .try_collect()
        .await
}

/// No results, only effects; here the limit is an `Option`, and `None` means no limit.
async fn for_each(service: &Service, inputs: impl IntoIterator<Item = u64>) {
    stream::iter(inputs)
        .for_each_concurrent(CONCURRENCY, |input| async move {
            service.request(input).await;
        })
        .await;
}

/// Stands for a remote service: answers `10 * input` after `input` milliseconds.
#[derive(Default)]
struct Service {
    answered: AtomicUsize,
    under_way: AtomicUsize,
    peak: AtomicUsize,
}

impl Service {
    async fn request(&self, input: u64) -> u64 {
        let under_way = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.peak.fetch_max(under_way, Ordering::Relaxed);
        sleep(Duration::from_millis(input)).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        self.answered.fetch_add(1, Ordering::Relaxed);
        input * 10
    }

    async fn fallible(&self, input: u64) -> Result<u64, String> {
        match self.request(input).await {
            130 => Err("13 has no answer".to_owned()),
            answer => Ok(answer),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let service = Service::default();
    println!("{:?}", in_order(&service, [3, 1, 2, 1, 3]).await);
    let mut results = as_they_come(&service, [3, 1, 2, 1, 3]).await;
    results.sort_unstable();
    println!("{results:?}");
    for_each(&service, [3, 1, 2, 1, 3]).await;
    println!("peak {}", service.peak.into_inner());
    println!("{:?}", all_or_error(&Service::default(), [13, 20]).await);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    /// A slow one, as many quick ones as fit beside it, and one more.
    fn inputs() -> Vec<u64> {
        [vec![40], vec![10; CONCURRENCY - 1], vec![5]].concat()
    }

    #[tokio::test(start_paused = true)]
    async fn ordered_results_wait_for_the_first() {
        let (service, start) = (Service::default(), Instant::now());
        let results = in_order(&service, inputs()).await;
        let expected: Vec<u64> = inputs().iter().map(|input| input * 10).collect();
        assert_eq!(results, expected);
        // The last finds no place before the slow first one is done.
        assert_eq!(start.elapsed(), Duration::from_millis(45));
        assert_eq!(service.peak.into_inner(), CONCURRENCY);
    }

    #[tokio::test(start_paused = true)]
    async fn unordered_results_come_as_they_are_ready() {
        let (service, start) = (Service::default(), Instant::now());
        let results = as_they_come(&service, inputs()).await;
        assert_eq!(results.len(), CONCURRENCY + 1);
        let (last, end) = if CONCURRENCY == 1 {
            (50, 45)
        } else {
            (400, 40)
        };
        assert_eq!(results.last(), Some(&last));
        assert_eq!(start.elapsed(), Duration::from_millis(end));
        assert_eq!(service.peak.into_inner(), CONCURRENCY);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_error_drops_what_is_under_way() {
        let (service, start) = (Service::default(), Instant::now());
        let result = all_or_error(&service, [13, 40, 40, 40]).await;
        assert_eq!(result, Err("13 has no answer".to_owned()));
        assert_eq!(start.elapsed(), Duration::from_millis(13));
        sleep(Duration::from_secs(1)).await;
        assert_eq!(service.answered.into_inner(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn all_results_without_an_error() {
        let result = all_or_error(&Service::default(), [3, 1, 2]).await;
        assert_eq!(result, Ok(vec![10, 20, 30]));
    }

    #[tokio::test(start_paused = true)]
    async fn for_each_does_all_within_the_limit() {
        let (service, start) = (Service::default(), Instant::now());
        let inputs = vec![10; 2 * CONCURRENCY + 1];
        for_each(&service, inputs).await;
        assert_eq!(service.answered.into_inner(), 2 * CONCURRENCY + 1);
        assert_eq!(service.peak.into_inner(), CONCURRENCY);
        assert_eq!(start.elapsed(), Duration::from_millis(30));
    }

    #[tokio::test]
    async fn no_input_no_work() {
        let service = Service::default();
        assert!(in_order(&service, []).await.is_empty());
        assert!(as_they_come(&service, []).await.is_empty());
    }
}
