//! A cache whose entries expire, with a limit on their number.
//!
//! Use it when answers may be some seconds old and asking again is dear. For keys that many tasks
//! miss at once, put `singleflight` around the load; for other policies take the crate moka.
//!
//! Prevents: entries that nobody asks for again and that stay for ever, and a lock that is held
//! during the load, so that one slow key stops all others.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long an entry is valid.
pub const TTL: Duration = Duration::from_secs(30);
/// Entries that are kept; the oldest one makes room for the next.
pub const MAX_ENTRIES: usize = 10_000;

/// A map of values that expire, shared by `&self`; their `clone` and `Drop` must not use it.
#[derive(Debug)]
pub struct TtlCache<K, V> {
    ttl: Duration,
    max_entries: usize,
    entries: Mutex<Entries<K, V>>,
}

#[derive(Debug)]
struct Entries<K, V> {
    by_key: HashMap<K, (V, u64)>,
    // All live equally long, so the order of insertion is the order of expiry.
    by_age: BTreeMap<u64, (K, Instant)>,
    next: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Default for TtlCache<K, V> {
    fn default() -> Self {
        Self::new(TTL, MAX_ENTRIES)
    }
}

impl<K: Hash + Eq + Clone, V: Clone> TtlCache<K, V> {
    /// An empty cache; with a limit of 0, or a `ttl` of zero, it stays empty.
    pub fn new(ttl: Duration, max_entries: usize) -> Self {
        Self {
            ttl,
            max_entries,
            entries: Mutex::new(Entries {
                by_key: HashMap::new(),
                by_age: BTreeMap::new(),
                next: 0,
            }),
        }
    }

    /// A clone of the value (for large ones, an `Arc`), if it has not expired.
    pub fn get(&self, key: &K) -> Option<V> {
        self.lock().by_key.get(key).map(|(value, _)| value.clone())
    }

    /// Keeps `value` from now on, instead of a former one.
    pub fn insert(&self, key: K, value: V) {
        let mut entries = self.lock();
        entries.remove(&key);
        if entries.by_key.len() >= self.max_entries {
            entries.remove_oldest();
        }
        if self.max_entries == 0 || self.ttl.is_zero() {
            return;
        }
        let age = entries.next;
        entries.next += 1;
        entries.by_age.insert(age, (key.clone(), Instant::now()));
        entries.by_key.insert(key, (value, age));
    }

    /// Forgets one value; a load that is under way may put it back.
    pub fn remove(&self, key: &K) -> Option<V> {
        self.lock().remove(key)
    }

    /// The value of the cache, or else that of `load`, which is kept unless it is an error.
    ///
    /// The cache is not locked during the load. Callers that miss at the same time all load, and
    /// the last one to end is kept. A future that is dropped keeps nothing.
    ///
    /// # Errors
    ///
    /// The error of `load`.
    pub async fn get_or_load<E>(
        &self,
        key: K,
        load: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        if let Some(value) = self.get(&key) {
            return Ok(value);
        }
        let value = load.await?;
        self.insert(key, value.clone());
        Ok(value)
    }

    /// Entries that have not expired.
    pub fn len(&self) -> usize {
        self.lock().by_key.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // Every use pays for what has expired since the one before, so no task has to sweep.
    fn lock(&self) -> MutexGuard<'_, Entries<K, V>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        while entries
            .oldest()
            .is_some_and(|since| since.elapsed() >= self.ttl)
        {
            entries.remove_oldest();
        }
        entries
    }
}

impl<K: Hash + Eq, V> Entries<K, V> {
    fn oldest(&self) -> Option<Instant> {
        self.by_age.values().next().map(|(_, since)| *since)
    }

    fn remove_oldest(&mut self) {
        if let Some((_, (key, _))) = self.by_age.pop_first() {
            self.by_key.remove(&key);
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        let (value, age) = self.by_key.remove(key)?;
        self.by_age.remove(&age);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::time::{advance, sleep, timeout};

    const SECOND: Duration = Duration::from_secs(1);
    const LIFE: Duration = Duration::from_secs(30);

    fn cache(max_entries: usize) -> TtlCache<&'static str, u32> {
        TtlCache::new(LIFE, max_entries)
    }

    fn consistent(cache: &TtlCache<&'static str, u32>) -> usize {
        let entries = cache.entries.lock().unwrap();
        assert_eq!(entries.by_key.len(), entries.by_age.len());
        entries.by_key.len()
    }

    #[tokio::test(start_paused = true)]
    async fn a_hit_before_the_end_and_a_miss_at_it() {
        let cache = cache(10);
        cache.insert("a", 1);
        advance(LIFE.abs_diff(SECOND)).await;
        assert_eq!(cache.get(&"a"), Some(1));
        advance(Duration::from_nanos(999_999_999)).await;
        assert_eq!(cache.get(&"a"), Some(1));
        advance(Duration::from_nanos(1)).await;
        assert_eq!(cache.get(&"a"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn any_use_removes_all_that_has_expired() {
        let cache = cache(10);
        cache.insert("a", 1);
        cache.insert("b", 2);
        advance(SECOND).await;
        cache.insert("c", 3);
        assert_eq!(cache.len(), 3);
        advance(LIFE.abs_diff(SECOND)).await;
        assert_eq!(consistent(&cache), 3, "still there, but");
        assert_eq!(cache.get(&"x"), None);
        assert_eq!(consistent(&cache), 1);
        assert_eq!(cache.get(&"c"), Some(3));
        advance(SECOND).await;
        assert!(cache.is_empty());
        assert_eq!(consistent(&cache), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_value_lives_anew() {
        let cache = cache(10);
        for value in 0..100 {
            cache.insert("a", value);
            advance(SECOND).await;
        }
        assert_eq!((cache.get(&"a"), consistent(&cache)), (Some(99), 1));
        advance(LIFE.abs_diff(SECOND)).await;
        assert_eq!(cache.get(&"a"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_makes_room() {
        let cache = cache(2);
        cache.insert("a", 1);
        cache.insert("b", 2);
        cache.insert("a", 3);
        cache.insert("c", 4);
        assert_eq!(cache.get(&"b"), None, "older than the new a");
        assert_eq!(
            (cache.get(&"a"), cache.get(&"c"), consistent(&cache)),
            (Some(3), Some(4), 2)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn removed_is_gone() {
        let cache = cache(10);
        cache.insert("a", 1);
        assert_eq!(cache.remove(&"a"), Some(1));
        assert_eq!((cache.remove(&"a"), cache.get(&"a")), (None, None));
        assert_eq!(consistent(&cache), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn it_loads_what_it_does_not_have_and_keeps_no_error() {
        let cache = cache(10);
        assert_eq!(
            cache.get_or_load("a", ready(Err("down"))).await,
            Err("down")
        );
        assert_eq!(cache.get_or_load("a", ready(Ok::<_, ()>(1))).await, Ok(1));
        let not_started = async { panic!("started") };
        assert_eq!(cache.get_or_load("a", not_started).await, Ok::<_, ()>(1));
        advance(LIFE).await;
        assert_eq!(cache.get_or_load("a", ready(Ok::<_, ()>(2))).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn the_value_lives_from_the_end_of_the_load() {
        let cache = cache(10);
        let load = async {
            sleep(LIFE).await;
            Ok::<_, ()>(1)
        };
        assert_eq!(cache.get_or_load("a", load).await, Ok(1));
        assert_eq!(cache.get(&"a"), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_load_stops_nobody() {
        let cache = cache(10);
        let slow = cache.get_or_load("slow", pending::<Result<_, ()>>());
        let other = async {
            cache.insert("a", 1);
            cache.get(&"a")
        };
        let (slow, other) = tokio::join!(timeout(SECOND, slow), other);
        assert_eq!((slow.is_err(), other), (true, Some(1)));
        assert_eq!(cache.get(&"slow"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_kept_for_no_time_or_in_no_room() {
        for cache in [TtlCache::new(Duration::ZERO, 10), cache(0)] {
            cache.insert("a", 1);
            assert_eq!((cache.get(&"a"), consistent(&cache)), (None, 0));
        }
        let default = TtlCache::<u32, u32>::default();
        assert_eq!((default.ttl, default.max_entries), (TTL, MAX_ENTRIES));
    }
}
