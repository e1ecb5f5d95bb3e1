//! A countdown latch: wait until so many things have happened.
//!
//! Use it when tasks wait for a known number of events: parts that have started, pages that have
//! arrived. To wait for tasks to end, their handles, a `JoinSet` or a `TaskTracker` are enough.
//!
//! Prevents: a `Barrier` that counts the waiter too, a `Notify` that counts to one at most, and a
//! wait that never ends because a task panicked before it counted.

use tokio::sync::watch;

/// Opens, for ever, when it has been counted down to zero. Clones are the same latch.
#[derive(Debug, Clone)]
pub struct Latch(watch::Sender<usize>);

impl Latch {
    /// A latch that opens after `count` events; with 0 it is open.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self(watch::Sender::new(count))
    }

    /// Counts one event. Those that come when the latch is open change nothing.
    pub fn count_down(&self) {
        self.0.send_if_modified(|left| {
            *left = left.saturating_sub(1);
            // The waiters need to know of the last one only.
            *left == 0
        });
    }

    /// Counts one event when the guard is dropped, so also if its task returns early, panics or is
    /// aborted: an open latch then says that nothing is missing any more, not that all went well.
    #[must_use]
    pub fn count_on_drop(&self) -> CountOnDrop {
        CountOnDrop(self.clone())
    }

    /// How many events are missing.
    #[must_use]
    pub fn left(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until the latch is open. Any number of tasks may, before it opens or later.
    ///
    /// Cancel safe.
    pub async fn wait(&self) {
        // No error: this latch holds a sender.
        let _ = self.0.subscribe().wait_for(|left| *left == 0).await;
    }
}

/// Counts its latch down at the end of its life.
#[derive(Debug)]
pub struct CountOnDrop(Latch);

impl Drop for CountOnDrop {
    fn drop(&mut self) {
        self.0.count_down();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::timeout;

    async fn is_open(latch: &Latch) -> bool {
        timeout(Duration::ZERO, latch.wait()).await.is_ok()
    }

    #[tokio::test]
    async fn it_opens_at_exactly_the_number_and_stays_open() {
        let latch = Latch::new(3);
        for left in (0..3).rev() {
            assert!(!is_open(&latch).await);
            latch.count_down();
            assert_eq!(latch.left(), left);
        }
        assert!(is_open(&latch).await);
        latch.count_down();
        assert_eq!(latch.left(), 0);
        assert!(is_open(&latch).await);
    }

    #[tokio::test]
    async fn zero_is_open() {
        assert!(is_open(&Latch::new(0)).await);
    }

    #[tokio::test]
    async fn it_releases_every_waiter() {
        let latch = Latch::new(2);
        let mut waiters = JoinSet::new();
        for _ in 0..10 {
            let latch = latch.clone();
            waiters.spawn(async move { latch.wait().await });
        }
        yield_now().await;
        latch.count_down();
        yield_now().await;
        assert!(waiters.try_join_next().is_none());
        latch.count_down();
        assert_eq!(waiters.join_all().await.len(), 10);
    }

    #[tokio::test]
    async fn a_task_that_panics_or_is_aborted_counts_too() {
        let latch = Latch::new(2);
        let guard = latch.count_on_drop();
        let panics = tokio::spawn(async move {
            let _guard = guard;
            panic!("a bug");
        });
        let guard = latch.count_on_drop();
        let aborted = tokio::spawn(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        });
        aborted.abort();
        latch.wait().await;
        assert!(panics.await.is_err());
    }
}
