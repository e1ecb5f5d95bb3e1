//! A rate limiter: one token bucket that many tasks share.
//!
//! Use it when the number of calls in a time is limited, by the quota of a server or by your own
//! rule: a short burst passes at once, the rest waits in line. For calls at the same time, take a
//! semaphore.
//!
//! Prevents: a sleep between calls, which adds their own time to the pause, and a counter that
//! saves up an idle hour (or two windows) for one great burst.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Calls in each [`PERIOD`], in the long run.
pub const RATE: u32 = 10;
/// The time that [`RATE`] is for.
pub const PERIOD: Duration = Duration::from_secs(1);
/// Calls that may pass at once after a pause.
///
/// Timers tick in milliseconds and are late. With 1, each delay lowers the rate: take 2 or more to
/// reach it, and above 1,000 calls a second what comes in a few ticks.
pub const BURST: u32 = 5;

/// Lets calls pass at a steady rate, first come, first served.
#[derive(Debug)]
pub struct RateLimiter {
    interval: Duration,
    slack: Duration,
    bucket: Mutex<Bucket>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Bucket {
    full_at: Instant,
    waiting: usize,
}

impl Default for RateLimiter {
    fn default() -> Self {
        Self::new(RATE, PERIOD, BURST)
    }
}

impl RateLimiter {
    /// A limiter for `rate` calls in each `period`, whose bucket is full; a count of 0 works like 1.
    pub fn new(rate: u32, period: Duration, burst: u32) -> Self {
        // An `Instant` may not overflow, and a year is as good as never.
        let interval = (period / rate.max(1)).min(Duration::from_secs(365 * 86_400));
        Self {
            interval,
            slack: interval.saturating_mul(burst.saturating_sub(1)),
            bucket: Mutex::new(Bucket {
                full_at: Instant::now(),
                waiting: 0,
            }),
            turn: tokio::sync::Mutex::new(()),
        }
    }

    /// Takes a token, and waits for it behind those who wait already.
    ///
    /// A future that is dropped while it waits has taken nothing and leaves the line. One that is
    /// kept without being polled may hold up the line.
    pub async fn acquire(&self) {
        if self.try_acquire() {
            return;
        }
        let _waiting = Waiting::new(self);
        // The lock is the line. Only its head sleeps, and it takes the token when the time has
        // come: a reservation made earlier would be lost with a caller that gives up.
        let _turn = self.turn.lock().await;
        let wait = self.time_to_token(&self.lock());
        if !wait.is_zero() {
            sleep(wait).await;
        }
        self.take(&mut self.lock());
    }

    /// Takes a token if there is one and nobody waits for it.
    pub fn try_acquire(&self) -> bool {
        let mut bucket = self.lock();
        let free = bucket.waiting == 0 && self.time_to_token(&bucket).is_zero();
        if free {
            self.take(&mut bucket);
        }
        free
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn time_to_token(&self, bucket: &Bucket) -> Duration {
        let to_full = bucket.full_at.saturating_duration_since(Instant::now());
        to_full.saturating_sub(self.slack)
    }

    fn take(&self, bucket: &mut Bucket) {
        // Within the burst a late timer does not shift those after it; idle time beyond it is lost.
        bucket.full_at = bucket.full_at.max(Instant::now()) + self.interval;
    }
}

struct Waiting<'a>(&'a RateLimiter);

impl<'a> Waiting<'a> {
    fn new(limiter: &'a RateLimiter) -> Self {
        limiter.lock().waiting += 1;
        Self(limiter)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::task::JoinSet;
    use tokio::time::{advance, timeout};

    const SECOND: Duration = Duration::from_secs(1);
    const TENTH: Duration = Duration::from_millis(100);

    fn limiter(burst: u32) -> Arc<RateLimiter> {
        Arc::new(RateLimiter::new(10, SECOND, burst))
    }

    fn taken_at_once(limiter: &RateLimiter) -> usize {
        std::iter::repeat_with(|| limiter.try_acquire())
            .take_while(|&taken| taken)
            .count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_at_once_and_the_rest_at_the_rate() {
        let (limiter, start) = (limiter(5), Instant::now());
        for call in 1..=25_u32 {
            limiter.acquire().await;
            assert_eq!(start.elapsed(), TENTH * call.saturating_sub(5));
        }
        assert_eq!(start.elapsed(), SECOND * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn tasks_share_it_in_the_order_they_came() {
        let (limiter, start) = (limiter(1), Instant::now());
        let mut tasks = JoinSet::new();
        for task in 0..4_u32 {
            let limiter = Arc::clone(&limiter);
            tasks.spawn(async move {
                limiter.acquire().await;
                (task, start.elapsed())
            });
        }
        for task in 0..4_u32 {
            let passed = tasks.join_next().await.unwrap().unwrap();
            assert_eq!(passed, (task, TENTH * task));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_the_calls_is_no_extra_pause() {
        let (limiter, start) = (limiter(1), Instant::now());
        for _ in 0..10 {
            limiter.acquire().await;
            sleep(TENTH / 2).await;
        }
        assert_eq!(start.elapsed(), TENTH * 9 + TENTH / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_hour_saves_no_more_than_the_burst() {
        let limiter = limiter(5);
        assert_eq!(taken_at_once(&limiter), 5);
        advance(SECOND * 3600).await;
        assert_eq!(taken_at_once(&limiter), 5);
        advance(TENTH * 2).await;
        assert_eq!(taken_at_once(&limiter), 2);
        advance(Duration::from_nanos(99_999_999)).await;
        assert!(!limiter.try_acquire());
        advance(Duration::from_nanos(1)).await;
        assert!(limiter.try_acquire());
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_has_taken_nothing() {
        let (limiter, start) = (limiter(1), Instant::now());
        limiter.acquire().await;
        for _ in 0..5 {
            let patience = Duration::from_millis(10);
            assert!(timeout(patience, limiter.acquire()).await.is_err());
        }
        limiter.acquire().await;
        assert_eq!(start.elapsed(), TENTH);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_in_line_does_not_hold_up_the_others() {
        let (limiter, start) = (limiter(1), Instant::now());
        limiter.acquire().await;
        let spawn = || {
            let limiter = Arc::clone(&limiter);
            tokio::spawn(async move {
                limiter.acquire().await;
                start.elapsed()
            })
        };
        let (head, next, last) = (spawn(), spawn(), spawn());
        sleep(Duration::from_millis(50)).await;
        head.abort();
        next.abort();
        assert_eq!(last.await.unwrap(), TENTH);
        advance(TENTH).await;
        assert!(limiter.try_acquire(), "nobody waits any more");
    }

    #[tokio::test(start_paused = true)]
    async fn trying_does_not_overtake_those_in_line() {
        let limiter = limiter(1);
        limiter.acquire().await;
        let waiting = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move { limiter.acquire().await }
        });
        tokio::task::yield_now().await;
        // The clock moves, and the waiting task has not been polled yet.
        let late = Instant::now() + TENTH;
        while Instant::now() < late {
            assert!(!limiter.try_acquire());
            advance(TENTH / 10).await;
        }
        waiting.await.unwrap();
        assert!(!limiter.try_acquire());
    }

    #[tokio::test(start_paused = true)]
    async fn a_timer_that_is_late_does_not_lower_the_rate() {
        // Ten calls a millisecond: each sleep ends up to a millisecond late.
        let limiter = RateLimiter::new(10_000, SECOND, 20);
        let start = Instant::now();
        for _ in 0..10_020 {
            limiter.acquire().await;
        }
        assert_eq!(start.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn counts_of_zero_work_like_one() {
        let (limiter, start) = (RateLimiter::new(0, SECOND, 0), Instant::now());
        limiter.acquire().await;
        limiter.acquire().await;
        assert_eq!(start.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn the_default_is_what_the_constants_say() {
        let (limiter, start) = (RateLimiter::default(), Instant::now());
        for _ in 0..BURST {
            assert!(limiter.try_acquire());
        }
        assert!(!limiter.try_acquire());
        limiter.acquire().await;
        let interval = (PERIOD / RATE).as_nanos().div_ceil(1_000_000);
        assert_eq!(start.elapsed().as_millis(), interval);
    }
}
