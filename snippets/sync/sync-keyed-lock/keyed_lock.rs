//! One lock for each key, made when it is needed and gone when it is not.
//!
//! Use it when work on the same thing must happen one after the other, and work on different things
//! at the same time: a user's account, a file, a cache entry that is being filled.
//!
//! Prevents: one lock for everything, and a map of locks that grows with every key ever seen.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Locks by key. Share it in an `Arc`.
///
/// A task that needs two keys takes them in a fixed order (sorted, say), and a key that comes twice
/// only once: two tasks that take the same keys in different orders wait for each other for ever,
/// and one that takes a key which it already holds waits for itself.
#[derive(Debug)]
pub struct KeyedLock<K: Eq + Hash> {
    places: Mutex<HashMap<K, Place>>,
}

#[derive(Debug, Default)]
struct Place {
    lock: Arc<AsyncMutex<()>>,
    // Those that hold the lock or wait for it.
    users: usize,
}

impl<K: Eq + Hash> Default for KeyedLock<K> {
    fn default() -> Self {
        Self {
            places: Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash> KeyedLock<K> {
    /// Waits until nobody else holds `key`, and holds it until the guard is dropped. Those that
    /// wait for the same key get it in the order in which they began to wait.
    ///
    /// Cancel safe: a call that is dropped loses its place in the queue and leaves nothing behind.
    pub async fn lock(&self, key: K) -> KeyGuard<'_, K> {
        let lock = {
            // Never held over an await.
            let mut places = self.places();
            let place = places.entry(key.clone()).or_default();
            place.users += 1;
            Arc::clone(&place.lock)
        };
        let user = User { locks: self, key };
        KeyGuard {
            _held: lock.lock_owned().await,
            _user: user,
        }
    }

    /// How many keys are held.
    pub fn len(&self) -> usize {
        self.places().len()
    }

    /// Whether no key is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Eq + Hash> KeyedLock<K> {
    fn places(&self) -> MutexGuard<'_, HashMap<K, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds a key until it is dropped.
#[must_use = "the key is held only as long as the guard lives"]
#[derive(Debug)]
pub struct KeyGuard<'a, K: Eq + Hash> {
    // First, so that the lock is free before its place may go.
    _held: OwnedMutexGuard<()>,
    _user: User<'a, K>,
}

// Counted from before the wait, so that a cancelled wait counts itself out too.
#[derive(Debug)]
struct User<'a, K: Eq + Hash> {
    locks: &'a KeyedLock<K>,
    key: K,
}

impl<K: Eq + Hash> Drop for User<'_, K> {
    fn drop(&mut self) {
        let mut places = self.locks.places();
        if let Some(place) = places.get_mut(&self.key) {
            place.users -= 1;
            if place.users == 0 {
                places.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::timeout;

    async fn is_free(locks: &KeyedLock<u32>, key: u32) -> bool {
        timeout(Duration::ZERO, locks.lock(key)).await.is_ok()
    }

    #[tokio::test]
    async fn a_key_is_held_by_one_and_other_keys_are_free() {
        let locks = KeyedLock::default();
        let guard = locks.lock(1).await;
        assert!(!is_free(&locks, 1).await);
        assert!(is_free(&locks, 2).await);
        drop(guard);
        assert!(is_free(&locks, 1).await);
    }

    #[tokio::test]
    async fn the_map_is_empty_when_nobody_holds_or_waits() {
        let locks = KeyedLock::default();
        assert!(locks.is_empty());
        let guards = [locks.lock(1).await, locks.lock(2).await];
        // A wait that was given up leaves nothing behind, before or after the holder.
        assert!(!is_free(&locks, 1).await);
        assert_eq!(locks.len(), 2);
        let mut waiting = Box::pin(locks.lock(2));
        assert!(timeout(Duration::ZERO, &mut waiting).await.is_err());
        drop(guards);
        assert_eq!(locks.len(), 1);
        drop(waiting);
        assert!(locks.is_empty());
    }

    #[tokio::test]
    async fn those_that_wait_get_it_in_order() {
        let locks = Arc::new(KeyedLock::default());
        let order = Arc::new(Mutex::new(Vec::new()));
        let guard = locks.lock("key").await;
        let mut tasks = JoinSet::new();
        for number in 0..5 {
            let (locks, order) = (Arc::clone(&locks), Arc::clone(&order));
            tasks.spawn(async move {
                let _guard = locks.lock("key").await;
                order.lock().expect("no panic").push(number);
            });
            yield_now().await;
        }
        drop(guard);
        tasks.join_all().await;
        assert_eq!(*order.lock().expect("no panic"), [0, 1, 2, 3, 4]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn never_two_on_one_key_on_several_threads() {
        let locks = Arc::new(KeyedLock::default());
        let inside: Arc<[AtomicUsize; 3]> = Arc::default();
        let mut tasks = JoinSet::new();
        for number in 0..300 {
            let (locks, inside) = (Arc::clone(&locks), Arc::clone(&inside));
            tasks.spawn(async move {
                let key = number % 3;
                let _guard = locks.lock(key).await;
                assert_eq!(inside[key].fetch_add(1, Ordering::SeqCst), 0);
                yield_now().await;
                inside[key].fetch_sub(1, Ordering::SeqCst);
            });
        }
        assert_eq!(tasks.join_all().await.len(), 300);
        assert!(locks.is_empty());
    }

    #[tokio::test]
    async fn a_panic_frees_the_key() {
        let locks = Arc::new(KeyedLock::default());
        let task = tokio::spawn({
            let locks = Arc::clone(&locks);
            async move {
                let _guard = locks.lock(1).await;
                panic!("a bug");
            }
        });
        assert!(task.await.is_err());
        assert!(is_free(&locks, 1).await);
        assert!(locks.is_empty());
    }
}
