//! Many timers by key in one task: set, put off, cancelled, or expired.
//!
//! Use it when many things expire at times of their own and may be put off or taken back: sessions,
//! leases, requests under way, retries. For one thing a `sleep` that is reset will do.
//!
//! Prevents: a task with a sleep for every key, timers that fire although they were put off, and
//! the end of the loop whenever there happens to be no timer.

use std::collections::HashMap;
use std::future::{pending, poll_fn};
use std::hash::Hash;
use std::time::Duration;

use tokio_util::time::{DelayQueue, delay_queue};

/// Timers, at most one for each key. Times are rounded up to milliseconds.
#[derive(Debug)]
pub struct Timers<K> {
    queue: DelayQueue<K>,
    // The queue gives the keys of expired timers to others again: none of those may stay here.
    timers: HashMap<K, delay_queue::Key>,
}

// Derived, it would ask for `K: Default`.
impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self {
            queue: DelayQueue::new(),
            timers: HashMap::new(),
        }
    }
}

impl<K: Hash + Eq + Clone> Timers<K> {
    /// Lets `key` expire so long from now, and not at another time that was set for it before.
    ///
    /// # Panics
    ///
    /// If that is in more than about two years, or there are more than 2^30 - 1 timers.
    pub fn set(&mut self, key: K, after: Duration) {
        if let Some(timer) = self.timers.get(&key) {
            self.queue.reset(timer, after);
        } else {
            let timer = self.queue.insert(key.clone(), after);
            self.timers.insert(key, timer);
        }
    }

    /// Takes the timer back; false if there is none, because it was not set or has expired.
    pub fn cancel(&mut self, key: &K) -> bool {
        let timer = self.timers.remove(key);
        timer.is_some_and(|timer| self.queue.try_remove(&timer).is_some())
    }

    /// The next key that expires, earliest first; those of the same millisecond in any order.
    ///
    /// Without a timer it waits for ever, so let it stand in a `select!` with what sets them. A
    /// future that is dropped loses nothing.
    pub async fn expired(&mut self) -> K {
        match poll_fn(|cx| self.queue.poll_expired(cx)).await {
            Some(expired) => {
                let key = expired.into_inner();
                self.timers.remove(&key);
                key
            }
            // An empty queue is always ready, and nobody can fill it while this borrows it.
            None => pending().await,
        }
    }

    /// Timers that were set, and not yet cancelled or given out as expired.
    pub fn len(&self) -> usize {
        self.timers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, advance, timeout};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// All that expire, with the milliseconds from `start`.
    async fn drain<K: Hash + Eq + Clone>(timers: &mut Timers<K>, start: Instant) -> Vec<(K, u128)> {
        let mut expired = Vec::new();
        while !timers.is_empty() {
            let key = timers.expired().await;
            expired.push((key, start.elapsed().as_millis()));
        }
        assert_eq!(timers.queue.len(), 0);
        expired
    }

    #[tokio::test(start_paused = true)]
    async fn the_earliest_first_and_each_key_once() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        timers.set("a", ms(10));
        timers.set("b", ms(20));
        timers.set("c", ms(30));
        timers.set("a", ms(40));
        assert_eq!((timers.len(), timers.queue.len()), (3, 3));
        assert_eq!(
            drain(&mut timers, start).await,
            [("b", 20), ("c", 30), ("a", 40)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_can_be_set_nearer_too() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        timers.set("a", ms(50_000));
        timers.set("b", ms(20));
        assert!(timeout(ms(5), timers.expired()).await.is_err());
        timers.set("a", ms(5));
        assert_eq!(drain(&mut timers, start).await, [("a", 10), ("b", 20)]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_counts_from_when_it_was_set() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        timers.set("a", ms(100));
        advance(ms(60)).await;
        timers.set("b", ms(100));
        timers.set("c", ms(0));
        assert_eq!(
            drain(&mut timers, start).await,
            [("c", 60), ("a", 100), ("b", 160)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_cancelled_does_not_expire() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        timers.set("a", ms(10));
        timers.set("b", ms(20));
        assert!(timers.cancel(&"a"));
        assert!(!timers.cancel(&"a"));
        assert!(!timers.cancel(&"x"));
        assert_eq!(drain(&mut timers, start).await, [("b", 20)]);
        assert!(!timers.cancel(&"b"), "expired");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_due_can_still_be_put_off_or_cancelled() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        for key in ["a", "b", "c"] {
            timers.set(key, ms(10));
        }
        advance(ms(15)).await;
        timers.set("a", ms(10));
        assert!(timers.cancel(&"b"));
        assert_eq!(drain(&mut timers, start).await, [("c", 15), ("a", 25)]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_key_may_be_set_again() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        timers.set("a", ms(10));
        assert_eq!(timers.expired().await, "a");
        // The slot of the first `a` now belongs to `b`.
        timers.set("b", ms(10));
        timers.set("a", ms(20));
        assert!(timers.cancel(&"a"));
        assert_eq!(drain(&mut timers, start).await, [("b", 20)]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_expired_that_is_dropped_loses_nothing() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        timers.set("a", ms(100));
        for _ in 0..3 {
            assert!(timeout(ms(30), timers.expired()).await.is_err());
        }
        assert_eq!(drain(&mut timers, start).await, [("a", 100)]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_timers_it_waits() {
        let mut timers = Timers::<u32>::default();
        assert!(timers.is_empty());
        assert!(timeout(ms(1_000), timers.expired()).await.is_err());
        timers.set(1, ms(10));
        assert_eq!(timers.expired().await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_thousand_are_given_in_their_order() {
        let (start, mut timers) = (Instant::now(), Timers::default());
        for n in 0..100_000_u64 {
            // Not in the order of their times.
            let at = n * 7_919 % 100_000;
            timers.set(at, ms(at));
        }
        let expired = drain(&mut timers, start).await;
        assert_eq!(expired.len(), 100_000);
        assert!(expired.iter().all(|(key, at)| u128::from(*key) == *at));
        assert!(expired.is_sorted());
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "invalid deadline")]
    async fn three_years_are_too_long() {
        Timers::default().set("a", ms(3 * 365 * 24 * 60 * 60 * 1_000));
    }
}
