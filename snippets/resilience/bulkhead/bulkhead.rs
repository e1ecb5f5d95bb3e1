//! A bulkhead: so many calls at work, a short line behind them, the rest refused.
//!
//! Use it when a service can be slow and its callers must not all pile up behind it. One bulkhead
//! for each service, shared by `&self`.
//!
//! Prevents: queues that grow until every caller times out in them, and one slow service that
//! takes the places of all others.

use std::future::Future;
use std::{error::Error, fmt, time::Duration};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Calls at work at the same time.
pub const CONCURRENCY: usize = 16;
/// Calls that may wait for a place.
pub const QUEUE: usize = 32;
/// How long a call may wait for a place.
pub const MAX_WAIT: Duration = Duration::from_millis(500);

/// The call was not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// All places are taken, and so is the line.
    Full,
    /// No place came free in time.
    WaitedTooLong,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "rejected: too many calls are waiting",
            Self::WaitedTooLong => "rejected: no place came free in time",
        })
    }
}

impl Error for Rejected {}

/// Limits the calls to one service.
#[derive(Debug)]
pub struct Bulkhead {
    admitted: Semaphore,
    at_work: Semaphore,
    max_wait: Duration,
}

impl Default for Bulkhead {
    fn default() -> Self {
        Self::new(CONCURRENCY, QUEUE, MAX_WAIT)
    }
}

impl Bulkhead {
    /// A bulkhead for `concurrency` calls at work (0 works like 1) and `queue` more that wait.
    ///
    /// # Panics
    ///
    /// If the two together are more than [`Semaphore::MAX_PERMITS`].
    pub fn new(concurrency: usize, queue: usize, max_wait: Duration) -> Self {
        let concurrency = concurrency.max(1);
        Self {
            admitted: Semaphore::new(concurrency.saturating_add(queue)),
            at_work: Semaphore::new(concurrency),
            max_wait,
        }
    }

    /// Runs `operation` when there is a place for it; first come, first served.
    ///
    /// `max_wait` is for the time in line only: give `operation` a timeout of its own, which starts
    /// when the call does. A future that is dropped gives its place back.
    ///
    /// # Errors
    ///
    /// [`Rejected`] if `operation` was not started.
    // A closure, as a `sleep` or `timeout` that is made before the line starts its clock in it.
    pub async fn call<F: Future>(
        &self,
        operation: impl FnOnce() -> F,
    ) -> Result<F::Output, Rejected> {
        let _admitted = self.admitted.try_acquire().map_err(|_| Rejected::Full)?;
        // The permit, in a `Result`: nobody closes the semaphore.
        let _at_work = timeout(self.max_wait, self.at_work.acquire())
            .await
            .map_err(|_| Rejected::WaitedTooLong)?;
        Ok(operation().await)
    }

    /// Calls that would be admitted now: those that find a place at once, and those that wait.
    pub fn available(&self) -> usize {
        self.admitted.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::sync::Arc;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::{Instant, sleep};

    const WORK: Duration = Duration::from_millis(100);
    const WAIT: Duration = Duration::from_millis(250);

    #[tokio::test(start_paused = true)]
    async fn some_run_some_wait_the_rest_is_refused() {
        let (bulkhead, begun) = (Arc::new(Bulkhead::new(4, 2, WAIT)), Instant::now());
        let mut calls = JoinSet::new();
        for _ in 0..10 {
            let bulkhead = Arc::clone(&bulkhead);
            calls.spawn(async move {
                let outcome = bulkhead.call(|| sleep(WORK)).await;
                (begun.elapsed(), outcome)
            });
        }
        let mut outcomes = calls.join_all().await;
        outcomes.sort_unstable_by_key(|(at, _)| *at);
        let expected = [
            vec![(Duration::ZERO, Err(Rejected::Full)); 4],
            vec![(WORK, Ok(())); 4],
            vec![(WORK * 2, Ok(())); 2],
        ];
        assert_eq!(outcomes, expected.concat());
        assert_eq!(bulkhead.available(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_refused_and_makes_room() {
        let bulkhead = Arc::new(Bulkhead::new(1, 1, WAIT));
        let hanging = tokio::spawn({
            let bulkhead = Arc::clone(&bulkhead);
            async move { bulkhead.call(pending::<()>).await }
        });
        yield_now().await;
        for _ in 0..2 {
            let begun = Instant::now();
            let outcome = bulkhead.call(|| async { panic!("started") }).await;
            assert_eq!(outcome, Err::<(), _>(Rejected::WaitedTooLong));
            assert_eq!(begun.elapsed(), WAIT);
        }
        hanging.abort();
        assert!(hanging.await.unwrap_err().is_cancelled());
        assert_eq!(bulkhead.call(|| ready(7)).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_panics_gives_its_place_back() {
        let bulkhead = Arc::new(Bulkhead::new(1, 0, WAIT));
        let shared = Arc::clone(&bulkhead);
        let call = tokio::spawn(async move { shared.call(|| async { panic!("call") }).await });
        let outcome: Result<Result<(), _>, _> = call.await;
        assert!(outcome.unwrap_err().is_panic());
        assert_eq!(bulkhead.available(), 1);
        assert_eq!(bulkhead.call(|| ready(7)).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_line_who_finds_no_place_is_refused_at_once() {
        let bulkhead = Bulkhead::new(0, 0, WAIT);
        let inner = bulkhead.call(|| bulkhead.call(|| ready(7))).await;
        assert_eq!(inner, Ok(Err(Rejected::Full)));
    }

    #[tokio::test(start_paused = true)]
    async fn without_patience_a_free_place_is_still_taken() {
        let bulkhead = Bulkhead::new(1, 1, Duration::ZERO);
        assert_eq!(bulkhead.call(|| ready(7)).await, Ok(7));
        let inner = bulkhead.call(|| bulkhead.call(|| ready(7))).await;
        assert_eq!(inner, Ok(Err(Rejected::WaitedTooLong)));
    }

    #[test]
    fn the_default_is_what_the_constants_say() {
        assert_eq!(Bulkhead::default().available(), CONCURRENCY + QUEUE);
        let text = [Rejected::Full, Rejected::WaitedTooLong].map(|error| error.to_string());
        assert!(text.iter().all(|text| text.starts_with("rejected: ")));
    }
}
