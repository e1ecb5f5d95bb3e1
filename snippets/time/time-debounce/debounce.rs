//! Debounce: act once, with the newest value, when a burst of changes is over.
//!
//! Use it when changes come in bursts and only the last one counts: files that are written, keys
//! that are typed, settings that are reloaded. Where each change counts, batch them.
//!
//! Prevents: a task and an act for each change, changes without a pause that put the act off for
//! ever, and a last change that is lost when its sender goes.

use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// How long nothing may change until a burst is over.
pub const QUIET: Duration = Duration::from_millis(50);
/// How long a burst may last: then its newest value is given although changes go on.
pub const MAX_WAIT: Duration = Duration::from_secs(1);

/// Gives the value of a `watch` channel whenever it has settled.
#[derive(Debug)]
pub struct Debounced<T> {
    changes: watch::Receiver<T>,
    quiet: Duration,
    max_wait: Duration,
    // Kept here and not in `next`, which may be dropped in the middle of a burst.
    burst: Option<Burst>,
}

#[derive(Debug, Clone, Copy)]
struct Burst {
    first: Instant,
    latest: Instant,
}

impl<T: Clone> Debounced<T> {
    /// Gives what changes from now on; what the receiver has already seen is no change.
    pub fn new(changes: watch::Receiver<T>, quiet: Duration, max_wait: Duration) -> Self {
        Self {
            changes,
            quiet,
            max_wait,
            burst: None,
        }
    }

    /// The newest value, once a burst is over; `None` when all senders are gone.
    ///
    /// They are waited for no longer then: what they changed last is given at once. A future that
    /// is dropped loses nothing, so this may stand in a `select!`.
    pub async fn next(&mut self) -> Option<T> {
        loop {
            let Some(burst) = self.burst else {
                self.changes.changed().await.ok()?;
                let now = Instant::now();
                self.burst = Some(Burst {
                    first: now,
                    latest: now,
                });
                continue;
            };
            let quiet = self.quiet.saturating_sub(burst.latest.elapsed());
            let rest = self.max_wait.saturating_sub(burst.first.elapsed());
            let wait = quiet.min(rest);
            // Asked here too: a sleep of zero is not ready at its first poll, and a source which is
            // always ready would win each time.
            let over = wait.is_zero()
                || tokio::select! {
                    biased;
                    () = sleep(wait) => true,
                    change = self.changes.changed() => change.is_err(),
                };
            if over {
                self.burst = None;
                return Some(self.changes.borrow_and_update().clone());
            }
            self.burst = Some(Burst {
                latest: Instant::now(),
                ..burst
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, sleep_until, timeout};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Changes the value at each of these milliseconds, counting from 1, then drops the sender at
    /// `end`; gives what came and when.
    async fn run(quiet: u64, max_wait: u64, changes: &[u64], end: u64) -> Vec<(usize, Duration)> {
        let start = Instant::now();
        let (tx, rx) = watch::channel(0);
        let mut debounced = Debounced::new(rx, ms(quiet), ms(max_wait));
        let source = async move {
            for (n, at) in changes.iter().enumerate() {
                sleep_until(start + ms(*at)).await;
                tx.send(n + 1).unwrap();
            }
            sleep_until(start + ms(end)).await;
            drop(tx);
        };
        let sink = async {
            let mut given = Vec::new();
            while let Some(value) = debounced.next().await {
                given.push((value, start.elapsed()));
            }
            assert_eq!(start.elapsed(), ms(end));
            given
        };
        tokio::join!(sink, source).0
    }

    #[tokio::test(start_paused = true)]
    async fn once_for_each_burst_when_it_is_over() {
        let given = run(100, 10_000, &[0, 30, 60, 360], 1_000).await;
        assert_eq!(given, [(3, ms(160)), (4, ms(460))]);
    }

    #[tokio::test(start_paused = true)]
    async fn changes_without_a_pause_are_given_at_the_limit() {
        let changes: Vec<u64> = (0..50).map(|n| n * 10).collect();
        let given = run(20, 195, &changes, 1_000).await;
        assert_eq!(given, [(20, ms(195)), (40, ms(395)), (50, ms(510))]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_below_the_quiet_time_counts() {
        assert_eq!(run(100, 50, &[0, 40], 1_000).await, [(2, ms(50))]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_change_is_given_when_the_sender_goes() {
        assert_eq!(run(100, 1_000, &[0, 10], 30).await, [(2, ms(30))]);
        assert_eq!(run(100, 1_000, &[0], 0).await, [(1, ms(0))]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_change_there_is_nothing() {
        assert_eq!(run(100, 1_000, &[], 50).await, []);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_quiet_time_each_change_that_is_seen_counts() {
        let given = run(0, 1_000, &[0, 10], 1_000).await;
        assert_eq!(given.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_next_that_is_dropped_loses_nothing() {
        let (tx, rx) = watch::channel(0);
        let mut debounced = Debounced::new(rx, ms(100), Duration::MAX);
        let start = Instant::now();
        tx.send(1).unwrap();
        for _ in 0..3 {
            assert!(timeout(ms(30), debounced.next()).await.is_err());
        }
        assert_eq!(debounced.next().await, Some(1));
        assert_eq!(start.elapsed(), ms(100));
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_that_ended_unseen_is_given_at_once() {
        let (tx, rx) = watch::channel(0);
        let mut debounced = Debounced::new(rx, ms(100), ms(1_000));
        tx.send(1).unwrap();
        assert!(timeout(ms(10), debounced.next()).await.is_err());
        tx.send(2).unwrap();
        advance(ms(200)).await;
        let start = Instant::now();
        assert_eq!(debounced.next().await, Some(2));
        assert_eq!(start.elapsed(), ms(0));
    }
}
