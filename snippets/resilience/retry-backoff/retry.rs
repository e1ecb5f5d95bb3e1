//! Retry with capped exponential backoff, jitter and a time budget.
//!
//! Use it when an operation may be repeated without harm and fails now and then for reasons that
//! pass, such as a refused connection or an overloaded server.
//!
//! Prevents: clients that retry in step, delays that grow without end or overflow, retries of
//! errors that never go away, and a caller who does not learn the last error.

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::{error::Error, fmt, time::Duration};
use tokio::time::{Instant, sleep, timeout};

/// Attempts in all, the first one included.
pub const MAX_ATTEMPTS: u32 = 5;
/// Delay after the first failure; it doubles with each further one.
pub const BASE_DELAY: Duration = Duration::from_millis(100);
/// The delay stops growing here.
pub const MAX_DELAY: Duration = Duration::from_secs(10);
/// Time for everything: the attempt under way is dropped at its end, no delay goes beyond it.
pub const BUDGET: Duration = Duration::from_secs(30);

/// How to retry.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// See [`MAX_ATTEMPTS`]; 0 works like 1.
    pub max_attempts: u32,
    /// See [`BASE_DELAY`].
    pub base_delay: Duration,
    /// See [`MAX_DELAY`].
    pub max_delay: Duration,
    /// See [`BUDGET`].
    pub budget: Duration,
    /// Turns the computed delay into the one to sleep: [`full_jitter`], or `|delay| delay`.
    pub jitter: fn(Duration) -> Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: MAX_ATTEMPTS,
            base_delay: BASE_DELAY,
            max_delay: MAX_DELAY,
            budget: BUDGET,
            jitter: full_jitter,
        }
    }
}

/// The operation did not succeed.
#[derive(Debug, PartialEq, Eq)]
pub struct RetryError<E> {
    /// The attempts that were begun.
    pub attempts: u32,
    /// The latest error; `None` if the budget ended during the first attempt.
    pub last: Option<E>,
}

impl<E> fmt::Display for RetryError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gave up at attempt {}", self.attempts)
    }
}

impl<E: Error + 'static> Error for RetryError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.last.as_ref().map(|error| error as _)
    }
}

impl Retry {
    /// Runs `operation` until it succeeds, gives an error that is not `retryable`, or the attempts
    /// or the budget are used up. Dropping the future drops the attempt under way.
    ///
    /// One attempt that hangs uses up the budget, so give each its own timeout in `operation`.
    ///
    /// # Errors
    ///
    /// [`RetryError`], which has the latest error of the operation.
    // `AsyncFnMut` would read better, but its future cannot be required to be `Send`: no `spawn`.
    pub async fn run<T, E, F>(
        &self,
        mut operation: impl FnMut() -> F,
        retryable: impl Fn(&E) -> bool,
    ) -> Result<T, RetryError<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let start = Instant::now();
        let (mut attempts, mut last) = (0, None);
        loop {
            attempts += 1;
            let left = self.budget.saturating_sub(start.elapsed());
            let error = match timeout(left, operation()).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) => last.insert(error),
                Err(_elapsed) => break,
            };
            let delay = (self.jitter)(self.delay_after(attempts));
            let too_late = start.elapsed().saturating_add(delay) >= self.budget;
            // Asked last: a retry budget pays for the retry when it says yes.
            if attempts >= self.max_attempts || too_late || !retryable(error) {
                break;
            }
            sleep(delay).await;
        }
        Err(RetryError { attempts, last })
    }

    fn delay_after(&self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures - 1);
        self.base_delay.saturating_mul(factor).min(self.max_delay)
    }
}

/// A random delay up to `delay`, without a crate for random numbers.
pub fn full_jitter(delay: Duration) -> Duration {
    let nanos = u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX);
    let random = RandomState::new().hash_one(nanos);
    Duration::from_nanos(random % nanos.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::{collections::HashSet, io};

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    const RETRY: Retry = Retry {
        max_attempts: 5,
        base_delay: ms(50),
        max_delay: ms(150),
        budget: ms(60_000),
        jitter: |delay| delay,
    };

    /// Fails with 1, 2, 3... up to `failures`; also gives the times at which attempts began.
    async fn attempts_of(
        retry: Retry,
        failures: u32,
        retryable: impl Fn(&u32) -> bool,
    ) -> (Result<u32, RetryError<u32>>, Vec<u128>) {
        let start = Instant::now();
        let mut begun = Vec::new();
        let result = retry
            .run(
                || {
                    begun.push(start.elapsed().as_millis());
                    let attempt = u32::try_from(begun.len()).expect("few attempts");
                    async move {
                        if attempt > failures {
                            Ok(attempt)
                        } else {
                            Err(attempt)
                        }
                    }
                },
                retryable,
            )
            .await;
        (result, begun)
    }

    fn gave_up<T>(attempts: u32, last: Option<u32>) -> Result<T, RetryError<u32>> {
        Err(RetryError { attempts, last })
    }

    #[tokio::test(start_paused = true)]
    async fn delays_double_up_to_the_cap() {
        let (result, begun) = attempts_of(RETRY, 4, |_| true).await;
        assert_eq!(result, Ok(5));
        assert_eq!(begun, [0, 50, 150, 300, 450]);
    }

    #[tokio::test(start_paused = true)]
    async fn jitter_changes_each_delay() {
        let jitter = |delay| delay / 2;
        let (result, begun) = attempts_of(Retry { jitter, ..RETRY }, 4, |_| true).await;
        assert_eq!(result, Ok(5));
        assert_eq!(begun, [0, 25, 75, 150, 225]);
    }

    #[tokio::test(start_paused = true)]
    async fn keeps_the_last_error_when_attempts_are_used_up() {
        let (result, begun) = attempts_of(RETRY, 9, |_| true).await;
        assert_eq!(result, gave_up(5, Some(5)));
        assert_eq!(begun.last(), Some(&450), "no delay after the last attempt");
    }

    #[tokio::test(start_paused = true)]
    async fn stops_at_an_error_that_is_not_retryable() {
        assert_eq!(
            attempts_of(RETRY, 9, |_| false).await,
            (gave_up(1, Some(1)), vec![0])
        );
        let (result, begun) = attempts_of(RETRY, 9, |error| *error < 3).await;
        assert_eq!((result, begun), (gave_up(3, Some(3)), vec![0, 50, 150]));
    }

    #[tokio::test(start_paused = true)]
    async fn begins_no_delay_that_ends_beyond_the_budget() {
        let start = Instant::now();
        let (result, begun) = attempts_of(
            Retry {
                budget: ms(150),
                ..RETRY
            },
            9,
            |_| true,
        )
        .await;
        assert_eq!((result, begun), (gave_up(2, Some(2)), vec![0, 50]));
        assert_eq!(start.elapsed(), ms(50), "it gives up instead of sleeping");
    }

    #[tokio::test(start_paused = true)]
    async fn drops_the_attempt_under_way_at_the_end_of_the_budget() {
        let start = Instant::now();
        let mut attempt = 0;
        let result = Retry {
            budget: ms(120),
            ..RETRY
        }
        .run(
            || {
                attempt += 1;
                async move {
                    if attempt == 1 {
                        Err(attempt)
                    } else {
                        pending().await
                    }
                }
            },
            |_| true,
        )
        .await;
        assert_eq!(result, gave_up::<()>(2, Some(1)));
        assert_eq!(start.elapsed(), ms(120));
    }

    #[tokio::test(start_paused = true)]
    async fn has_no_error_if_the_first_attempt_never_ends() {
        let result = RETRY.run(pending::<Result<(), u32>>, |_| true).await;
        assert_eq!(result, gave_up(1, None));
    }

    #[tokio::test(start_paused = true)]
    async fn makes_one_attempt_at_least() {
        let retry = Retry {
            max_attempts: 0,
            budget: Duration::ZERO,
            ..RETRY
        };
        assert_eq!(attempts_of(retry, 0, |_| true).await.0, Ok(1));
        assert_eq!(attempts_of(retry, 9, |_| true).await.0, gave_up(1, Some(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn extreme_values_do_not_overflow() {
        assert_eq!(RETRY.delay_after(u32::MAX), RETRY.max_delay);
        let retry = Retry {
            max_attempts: u32::MAX,
            base_delay: Duration::MAX,
            max_delay: Duration::MAX,
            budget: Duration::MAX,
            jitter: |_| Duration::ZERO,
        };
        assert_eq!(retry.delay_after(u32::MAX), Duration::MAX);
        assert_eq!(attempts_of(retry, 100, |_| true).await.0, Ok(101));
    }

    #[test]
    fn full_jitter_lies_between_zero_and_the_delay() {
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let delay = full_jitter(ms(100));
            assert!(delay <= ms(100));
            seen.insert(delay);
        }
        assert!(seen.len() > 900, "delays differ");
        assert_eq!(full_jitter(Duration::ZERO), Duration::ZERO);
        assert!(full_jitter(Duration::MAX) <= Duration::MAX);
    }

    #[tokio::test(start_paused = true)]
    async fn the_error_has_its_cause_as_source() {
        let refused = || async { Err::<(), _>(io::Error::from(io::ErrorKind::ConnectionRefused)) };
        // In a task of its own: the future is `Send`.
        let task = tokio::spawn(async move { Retry::default().run(refused, |_| false).await });
        let error = task.await.expect("no panic").expect_err("refused");
        assert_eq!(error.to_string(), "gave up at attempt 1");
        assert_eq!(
            error.source().expect("a cause").to_string(),
            "connection refused"
        );
    }
}
