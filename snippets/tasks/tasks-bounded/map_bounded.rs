//! Many inputs, at most N tasks at a time, results in the order of the inputs.
//!
//! Use it when there are more inputs than may be worked on at once: 100,000 addresses to fetch, files to
//! open, rows to send. The inputs are taken from the iterator only as places become free.
//!
//! Prevents: spawning a task (and opening a socket) for every input at once, which exhausts memory and
//! file descriptors and overruns the service on the other side.

use std::future::Future;
use std::num::NonZeroUsize;

use tokio::task::{JoinError, JoinSet};

/// Runs `work` on every item in tasks of their own, never more than `limit` of them at a time.
///
/// The results stand in the order of `items`. Where `work` can fail, its output is a `Result`, and
/// `results.into_iter().collect::<Result<Vec<_>, _>>()` gives the values or the first error.
///
/// # Errors
///
/// If a task panics, its [`JoinError`] is returned at once and the other tasks are aborted.
///
/// # Panics
///
/// Outside a Tokio runtime.
///
/// # Cancel safety
///
/// Dropping the future aborts all its tasks. Results that were already there are lost.
pub async fn map_bounded<I, F, Fut>(
    items: I,
    limit: NonZeroUsize,
    mut work: F,
) -> Result<Vec<Fut::Output>, JoinError>
where
    I: IntoIterator,
    F: FnMut(I::Item) -> Fut,
    Fut: Future + Send + 'static,
    Fut::Output: Send + 'static,
{
    let mut tasks = JoinSet::new();
    let mut finished = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        if tasks.len() == limit.get() {
            finished.extend(tasks.join_next().await.transpose()?);
        }
        let future = work(item);
        tasks.spawn(async move { (index, future.await) });
    }
    while let Some(result) = tasks.join_next().await {
        finished.push(result?);
    }
    finished.sort_unstable_by_key(|(index, _)| *index);
    Ok(finished.into_iter().map(|(_, output)| output).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::time::{Instant, sleep, timeout};

    const THREE: NonZeroUsize = NonZeroUsize::new(3).unwrap();

    /// How many run now, and how many ran at the same time at most.
    #[derive(Default)]
    struct Gauge {
        running: AtomicUsize,
        peak: AtomicUsize,
    }

    impl Gauge {
        async fn work(self: Arc<Self>, millis: u64) -> u64 {
            let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
            self.peak.fetch_max(running, Ordering::Relaxed);
            sleep(Duration::from_millis(millis)).await;
            self.running.fetch_sub(1, Ordering::Relaxed);
            millis
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ten_inputs_by_three_take_four_rounds() -> Result<(), JoinError> {
        let start = Instant::now();
        let gauge = Arc::new(Gauge::default());
        let done = map_bounded([100; 10], THREE, |ms| Arc::clone(&gauge).work(ms)).await?;
        assert_eq!(done.len(), 10);
        assert_eq!(gauge.peak.load(Ordering::Relaxed), 3);
        assert_eq!(start.elapsed(), Duration::from_millis(400));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn results_keep_the_order_of_the_inputs() -> Result<(), JoinError> {
        let inputs = [50, 10, 30, 20, 40];
        let gauge = Arc::new(Gauge::default());
        let outputs = map_bounded(inputs, THREE, |ms| Arc::clone(&gauge).work(ms)).await?;
        assert_eq!(outputs, inputs);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_free_place_is_filled_at_once() -> Result<(), JoinError> {
        let start = Instant::now();
        let gauge = Arc::new(Gauge::default());
        map_bounded([300, 100, 100, 100, 100], THREE, |ms| {
            Arc::clone(&gauge).work(ms)
        })
        .await?;
        assert_eq!(start.elapsed(), Duration::from_millis(300));
        Ok(())
    }

    #[tokio::test]
    async fn no_input_and_fewer_than_the_limit() -> Result<(), JoinError> {
        let double = |n: u8| async move { n * 2 };
        assert_eq!(map_bounded([], THREE, double).await?, []);
        assert_eq!(map_bounded([1, 2], THREE, double).await?, [2, 4]);
        Ok(())
    }

    #[tokio::test]
    async fn inputs_are_taken_only_when_there_is_a_place() {
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let inputs = (0..100).inspect(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let endless = map_bounded(inputs, THREE, |_| std::future::pending::<()>());
        assert!(timeout(Duration::ZERO, endless).await.is_err());
        // The fourth is in hand, waiting for a place.
        assert_eq!(taken.load(Ordering::Relaxed), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_ends_it_and_aborts_the_rest() {
        let gauge = Arc::new(Gauge::default());
        let result = map_bounded([0, 1, 2], THREE, |n| {
            let gauge = Arc::clone(&gauge);
            async move {
                assert!(n != 1, "bad input");
                gauge.work(1000).await
            }
        })
        .await;
        assert!(result.is_err_and(|error| error.is_panic()));
        sleep(Duration::from_secs(5)).await;
        assert_eq!(
            gauge.running.load(Ordering::Relaxed),
            2,
            "stopped before they ended"
        );
    }
}
