//! Wake a waiting task without sending it anything.
//!
//! Use it when tasks share state behind a lock and one has to wait until another has changed it:
//! a priority queue, a pool, a flag. The state says what happened, the `Notify` only that it did.
//!
//! Prevents: a wake-up that is lost between looking and waiting, and loops that look again every
//! few milliseconds.

use std::collections::BinaryHeap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A queue that hands out the greatest item first, to any number of consumers.
struct PriorityQueue<T> {
    items: Mutex<BinaryHeap<T>>,
    added: Notify,
}

impl<T: Ord> PriorityQueue<T> {
    fn new() -> Self {
        Self {
            items: Mutex::new(BinaryHeap::new()),
            added: Notify::new(),
        }
    }

    fn push(&self, item: T) {
        self.items().push(item);
        // Wakes one consumer; if none waits, the next one finds a permit.
        self.added.notify_one();
    }

    /// Takes the greatest item, and waits for one if there is none.
    ///
    /// Cancel safe: nothing is taken before it is returned, and a wake-up that is not used goes to
    /// the next consumer.
    async fn pop(&self) -> T {
        loop {
            let mut added = pin!(self.added.notified());
            // In line before looking: what is pushed after the look wakes this consumer. Permits
            // do not add up, so several pushes may have left only one.
            added.as_mut().enable();
            if let Some(item) = self.items().pop() {
                return item;
            }
            added.await;
        }
    }

    fn items(&self) -> MutexGuard<'_, BinaryHeap<T>> {
        // Every change is a single call, so a panic elsewhere left nothing half done.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let queue = Arc::new(PriorityQueue::new());
    queue.push(1);
    queue.push(3);
    queue.push(2);

    let consumer = tokio::spawn({
        let queue = Arc::clone(&queue);
        async move {
            for _ in 0..4 {
                println!("got {}", queue.pop().await);
            }
        }
    });

    // The consumer takes the three, and then waits for this one.
    tokio::task::yield_now().await;
    queue.push(9);
    consumer.await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// With paused time this is reached only when nothing else can happen.
    const NEVER: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn pop_waits_for_a_push() {
        let queue = Arc::new(PriorityQueue::new());
        let popped = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.pop().await }
        });
        tokio::task::yield_now().await;
        assert!(!popped.is_finished());
        queue.push(7);
        assert_eq!(popped.await.unwrap(), 7);
        assert!(timeout(NEVER, queue.pop()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn every_item_reaches_one_of_several_consumers() {
        let queue = Arc::new(PriorityQueue::new());
        let consumers: Vec<_> = (0..4)
            .map(|_| {
                let queue = Arc::clone(&queue);
                tokio::spawn(async move { queue.pop().await })
            })
            .collect();
        tokio::task::yield_now().await;
        for item in 0..4 {
            queue.push(item);
        }
        let mut got = Vec::new();
        for consumer in consumers {
            got.push(timeout(NEVER, consumer).await.unwrap().unwrap());
        }
        got.sort_unstable();
        assert_eq!(got, [0, 1, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_consumer_that_is_cancelled_loses_no_wake_up() {
        let queue = Arc::new(PriorityQueue::new());
        let spawn_pop = || {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move { queue.pop().await })
        };
        let (first, second) = (spawn_pop(), spawn_pop());
        tokio::task::yield_now().await;
        queue.push(5);
        first.abort();
        let _ = first.await;
        assert_eq!(timeout(NEVER, second).await.unwrap().unwrap(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn an_owned_wait_goes_into_a_task() {
        let notify = Arc::new(Notify::new());
        let waiting = tokio::spawn(Arc::clone(&notify).notified_owned());
        notify.notify_waiters();
        assert!(timeout(NEVER, waiting).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn notify_one_keeps_one_permit_and_notify_waiters_none() {
        let notify = Notify::new();
        notify.notify_one();
        notify.notify_one();
        assert!(timeout(NEVER, notify.notified()).await.is_ok());
        assert!(timeout(NEVER, notify.notified()).await.is_err());

        notify.notify_waiters();
        assert!(timeout(NEVER, notify.notified()).await.is_err());

        // It counts from the call of `notified`, polled or not.
        let called_before = notify.notified();
        notify.notify_waiters();
        assert!(timeout(NEVER, called_before).await.is_ok());
    }
}
