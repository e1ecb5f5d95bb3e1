//! A hedged request: a second one if the first is slow; the first answer counts.
//!
//! Use it when a request may be sent twice without harm and a few take much longer than the rest.
//! The delay is what 95 of 100 requests stay below, so that few are sent twice.
//!
//! Prevents: callers that wait for the one slow server, a first request that is given up just
//! before it is answered, and twice the load when all servers are slow.

use std::future::Future;
use std::{pin::pin, time::Duration};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long the first request may take before a second one is sent.
pub const DELAY: Duration = Duration::from_millis(100);
/// Second requests under way at the same time; beyond them the first is waited for.
pub const MAX_HEDGES: usize = 10;

/// Sends a second request where the first is slow. One for each service, shared by `&self`.
#[derive(Debug)]
pub struct Hedge {
    delay: Duration,
    places: Semaphore,
}

impl Default for Hedge {
    fn default() -> Self {
        Self::new(DELAY, MAX_HEDGES)
    }
}

impl Hedge {
    /// No requests yet; with `max_hedges` of 0 there is never a second one.
    ///
    /// # Panics
    ///
    /// If `max_hedges` is more than [`Semaphore::MAX_PERMITS`].
    pub fn new(delay: Duration, max_hedges: usize) -> Self {
        Self {
            delay,
            places: Semaphore::new(max_hedges),
        }
    }

    /// Sends `request`, and again after the delay; gives the first answer that is no error.
    ///
    /// The loser is dropped where it waits, and so are both with this future: `request` must not
    /// spawn what has to end with it. An error within the delay is given at once, as this is no
    /// retry.
    ///
    /// # Errors
    ///
    /// The error of the last request that was under way.
    pub async fn send<T, E, F>(&self, request: impl Fn() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let mut first = pin!(request());
        if let Ok(answer) = timeout(self.delay, &mut first).await {
            return answer;
        }
        let Ok(_place) = self.places.try_acquire() else {
            return first.await;
        };
        let mut second = pin!(request());
        // Biased, so that the older one counts where both are there.
        let (answer, other) = tokio::select! {
            biased;
            answer = &mut first => (answer, second),
            answer = &mut second => (answer, first),
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(_) => other.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::pending;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::{Instant, sleep};

    type Answer = Result<&'static str, &'static str>;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn hedge(max_hedges: usize) -> Hedge {
        Hedge::new(millis(100), max_hedges)
    }

    /// Sends requests that take these times and end so; gives the outcome, its time and the calls.
    async fn send(hedge: &Hedge, requests: [(u64, Answer); 2]) -> (Answer, Duration, usize) {
        let (begun, calls) = (Instant::now(), Cell::new(0));
        let request = || {
            let (time, answer) = requests[calls.replace(calls.get() + 1)];
            async move {
                sleep(millis(time)).await;
                answer
            }
        };
        let answer = hedge.send(request).await;
        (answer, begun.elapsed(), calls.get())
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_if_it_is_quick_enough() {
        let hedge = hedge(10);
        for answer in [Ok("first"), Err("down")] {
            let sent = send(&hedge, [(99, answer), (0, Ok("second"))]).await;
            assert_eq!(sent, (answer, millis(99), 1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_answer_counts() {
        let hedge = hedge(10);
        let sent = send(&hedge, [(1000, Ok("first")), (50, Ok("second"))]).await;
        assert_eq!(sent, (Ok("second"), millis(150), 2));
        let sent = send(&hedge, [(120, Ok("first")), (50, Ok("second"))]).await;
        assert_eq!(sent, (Ok("first"), millis(120), 2));
        let sent = send(&hedge, [(150, Ok("first")), (50, Ok("second"))]).await;
        assert_eq!(sent, (Ok("first"), millis(150), 2), "at the same time");
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_waits_for_the_other_one() {
        let hedge = hedge(10);
        let sent = send(&hedge, [(200, Ok("first")), (50, Err("down"))]).await;
        assert_eq!(sent, (Ok("first"), millis(200), 2));
        let sent = send(&hedge, [(120, Err("down")), (50, Ok("second"))]).await;
        assert_eq!(sent, (Ok("second"), millis(150), 2));
        let sent = send(&hedge, [(120, Err("first")), (50, Err("second"))]).await;
        assert_eq!(sent, (Err("second"), millis(150), 2));
        let sent = send(&hedge, [(200, Err("first")), (50, Err("second"))]).await;
        assert_eq!(sent, (Err("first"), millis(200), 2));
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_are_slow_only_some_are_sent_twice() {
        let (hedge, calls) = (Arc::new(hedge(3)), Arc::new(AtomicU32::new(0)));
        let mut callers = JoinSet::new();
        for _ in 0..100 {
            let (hedge, calls) = (Arc::clone(&hedge), Arc::clone(&calls));
            callers.spawn(async move {
                let request = || async {
                    calls.fetch_add(1, Ordering::Relaxed);
                    sleep(millis(500)).await;
                    Ok::<_, ()>(())
                };
                hedge.send(request).await
            });
        }
        assert_eq!(callers.join_all().await, [Ok(()); 100]);
        assert_eq!(calls.load(Ordering::Relaxed), 103);
        assert_eq!(hedge.places.available_permits(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_loser_is_dropped_and_so_are_both_with_the_caller() {
        let hedge = Arc::new(hedge(10));
        let alive = Arc::new(());
        let request = {
            let (alive, calls) = (Arc::clone(&alive), AtomicU32::new(0));
            move || {
                let (guard, call) = (Arc::clone(&alive), calls.fetch_add(1, Ordering::Relaxed));
                async move {
                    let answer = if call == 1 {
                        Ok::<_, ()>(())
                    } else {
                        pending().await
                    };
                    drop(guard);
                    answer
                }
            }
        };
        assert_eq!(hedge.send(&request).await, Ok(()));
        assert_eq!(Arc::strong_count(&alive), 2, "the closure's own");
        let task = tokio::spawn(async move { hedge.send(request).await });
        yield_now().await;
        assert_eq!(Arc::strong_count(&alive), 3);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(Arc::strong_count(&alive), 1);
    }

    #[test]
    fn the_default_is_what_the_constants_say() {
        let hedge = Hedge::default();
        assert_eq!(
            (hedge.delay, hedge.places.available_permits()),
            (DELAY, MAX_HEDGES)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn without_hedges_it_waits() {
        let hedge = Hedge::new(Duration::ZERO, 0);
        let sent = send(&hedge, [(500, Ok("first")), (0, Ok("second"))]).await;
        assert_eq!(sent, (Ok("first"), millis(500), 1));
    }
}
