//! Publish and subscribe: topics that exist as long as they have subscribers.
//!
//! Use it when parts of one process tell each other news by topic, and who falls behind may miss
//! some. For the newest value only, take a `watch` channel; where none may be lost, an `mpsc` each.
//!
//! Prevents: topics that nobody removes, one slow reader that holds up all others, and messages
//! that are missed without a word.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::broadcast::{self, error::RecvError};

/// Messages that a subscriber may be behind; rounded up to a power of two.
///
/// The slowest loses the oldest ones beyond that, and is told how many; nobody waits for it.
pub const CAPACITY: usize = 64;

/// Where messages of type `T` are published under a topic of type `K`. Clones are the same place.
#[derive(Debug)]
pub struct PubSub<K, T> {
    topics: Arc<Topics<K, T>>,
    capacity: usize,
}

type Topics<K, T> = Mutex<HashMap<K, Topic<T>>>;

#[derive(Debug)]
struct Topic<T> {
    sender: broadcast::Sender<T>,
    subscribers: usize,
}

fn lock<K, T>(topics: &Topics<K, T>) -> MutexGuard<'_, HashMap<K, Topic<T>>> {
    topics.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, T> Clone for PubSub<K, T> {
    fn clone(&self) -> Self {
        Self {
            topics: Arc::clone(&self.topics),
            capacity: self.capacity,
        }
    }
}

impl<K: Hash + Eq + Clone, T: Clone> Default for PubSub<K, T> {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl<K: Hash + Eq + Clone, T: Clone> PubSub<K, T> {
    /// No topics yet; a capacity of 0 works like 1.
    pub fn new(capacity: usize) -> Self {
        Self {
            topics: Arc::default(),
            capacity: capacity.max(1),
        }
    }

    /// Subscribes to what is published from now on.
    ///
    /// # Panics
    ///
    /// If the capacity is more than `usize::MAX / 2`.
    pub fn subscribe(&self, topic: K) -> Subscription<K, T> {
        let mut topics = lock(&self.topics);
        let entry = topics.entry(topic.clone()).or_insert_with(|| Topic {
            sender: broadcast::Sender::new(self.capacity),
            subscribers: 0,
        });
        entry.subscribers += 1;
        Subscription {
            messages: entry.sender.subscribe(),
            // Weak, so that subscribers learn when the last publisher has gone.
            topics: Arc::downgrade(&self.topics),
            topic,
        }
    }

    /// Gives `message` to all subscribers of `topic`, and their number. Never waits.
    pub fn publish(&self, topic: &K, message: T) -> usize {
        let topics = lock(&self.topics);
        let sender = topics.get(topic).map(|topic| topic.sender.clone());
        // Sending may drop an old message, which is the user's code: not under the lock.
        drop(topics);
        sender.map_or(0, |sender| sender.send(message).unwrap_or(0))
    }

    /// The topics that have subscribers.
    pub fn topics(&self) -> usize {
        lock(&self.topics).len()
    }
}

/// Receives one topic. The last one to be dropped removes it.
#[derive(Debug)]
pub struct Subscription<K: Hash + Eq, T> {
    messages: broadcast::Receiver<T>,
    topics: Weak<Topics<K, T>>,
    topic: K,
}

impl<K: Hash + Eq, T: Clone> Subscription<K, T> {
    /// The next message. Cancel safe: a future that is dropped has lost nothing.
    ///
    /// # Errors
    ///
    /// [`RecvError::Lagged`] with the number of messages that were missed: go on receiving.
    /// [`RecvError::Closed`] when every [`PubSub`] is dropped and all messages are received.
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        self.messages.recv().await
    }
}

impl<K: Hash + Eq, T> Drop for Subscription<K, T> {
    fn drop(&mut self) {
        let Some(topics) = self.topics.upgrade() else {
            return;
        };
        let mut topics = lock(&topics);
        if let Some(topic) = topics.get_mut(&self.topic) {
            topic.subscribers -= 1;
            if topic.subscribers == 0 {
                topics.remove(&self.topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::task::JoinSet;
    use tokio::time::timeout;

    fn bus(capacity: usize) -> PubSub<&'static str, u32> {
        PubSub::new(capacity)
    }

    #[tokio::test]
    async fn every_subscriber_gets_what_its_topic_gets() {
        let bus = bus(8);
        let mut subscribers: Vec<_> = ["a", "b", "a", "b", "a", "b"]
            .map(|topic| bus.subscribe(topic))
            .into();
        assert_eq!(bus.publish(&"a", 1), 3);
        assert_eq!(bus.publish(&"b", 2), 3);
        for (index, subscriber) in subscribers.iter_mut().enumerate() {
            let expected = if index % 2 == 0 { 1 } else { 2 };
            assert_eq!(subscriber.recv().await, Ok(expected));
        }
        assert_eq!(bus.topics(), 2);
    }

    #[tokio::test]
    async fn topics_go_with_their_last_subscriber() {
        let bus = bus(8);
        let (first, second) = (bus.subscribe("a"), bus.subscribe("a"));
        let other = bus.subscribe("b");
        drop(first);
        assert_eq!((bus.topics(), bus.publish(&"a", 1)), (2, 1));
        drop(second);
        assert_eq!((bus.topics(), bus.publish(&"a", 1)), (1, 0));
        drop(other);
        assert_eq!(bus.topics(), 0);
        let mut again = bus.subscribe("a");
        bus.publish(&"a", 2);
        assert_eq!(again.recv().await, Ok(2), "nothing of the former topic");
    }

    #[tokio::test]
    async fn a_slow_subscriber_is_told_what_it_missed_and_goes_on() {
        let bus = bus(2);
        let (mut slow, mut quick) = (bus.subscribe("a"), bus.subscribe("a"));
        for message in 0..5 {
            bus.publish(&"a", message);
            assert_eq!(quick.recv().await, Ok(message));
        }
        assert_eq!(slow.recv().await, Err(RecvError::Lagged(3)));
        assert_eq!(slow.recv().await, Ok(3));
        assert_eq!(slow.recv().await, Ok(4));
    }

    #[tokio::test]
    async fn it_ends_with_the_last_publisher() {
        let bus = bus(0);
        let other = bus.clone();
        let mut subscriber = bus.subscribe("a");
        drop(bus);
        other.publish(&"a", 1);
        drop(other);
        assert_eq!(subscriber.recv().await, Ok(1));
        assert_eq!(subscriber.recv().await, Err(RecvError::Closed));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_recv_loses_nothing() {
        let bus = bus(4);
        let mut subscriber = bus.subscribe("a");
        let limit = Duration::from_millis(1);
        assert!(timeout(limit, subscriber.recv()).await.is_err());
        bus.publish(&"a", 1);
        assert_eq!(subscriber.recv().await, Ok(1));
    }

    #[tokio::test]
    async fn a_message_may_use_the_bus_when_it_is_dropped() {
        #[derive(Clone)]
        struct Message(PubSub<&'static str, Message>);
        impl Drop for Message {
            fn drop(&mut self) {
                let _topics = self.0.topics();
            }
        }
        let bus = PubSub::new(1);
        let subscriber = bus.subscribe("a");
        bus.publish(&"a", Message(bus.clone()));
        bus.publish(&"a", Message(bus.clone()));
        bus.publish(&"nobody", Message(bus.clone()));
        drop(subscriber);
        assert_eq!(bus.topics(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn coming_and_going_on_many_threads_leaves_no_topic() {
        let bus = PubSub::default();
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let bus = bus.clone();
            tasks.spawn(async move {
                for topic in 0..200_u32 {
                    let mut subscription = bus.subscribe(topic % 3);
                    assert!(bus.publish(&(topic % 3), topic) > 0);
                    let _message = subscription.recv().await;
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(bus.topics(), 0);
    }
}
