//! Single flight: callers who want the same thing at the same time share one load.
//!
//! Use it when many tasks may ask for one key at once, such as a page that has just dropped out of
//! the cache. It keeps nothing itself: put a cache in front of it, or behind.
//!
//! Prevents: a stampede of equal loads, errors that are kept as if they were answers, and loads
//! that die with the caller who came first.

use std::collections::hash_map::{Entry, HashMap};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{error::Error, fmt};
use tokio::sync::watch;

/// The load panicked, or its runtime has been shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadLost;

impl fmt::Display for LoadLost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shared load did not come to an end")
    }
}

impl Error for LoadLost {}

/// The loads under way, by key. Clones share them.
///
/// What a load gives is cloned for each caller: put what is large, or an error that is not `Clone`,
/// into an [`Arc`].
#[derive(Debug)]
pub struct Singleflight<K, V> {
    flights: Arc<Flights<K, V>>,
}

type Flights<K, V> = Mutex<HashMap<K, watch::Receiver<Option<V>>>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K, V> Clone for Singleflight<K, V> {
    fn clone(&self) -> Self {
        let flights = Arc::clone(&self.flights);
        Self { flights }
    }
}

impl<K, V> Default for Singleflight<K, V> {
    fn default() -> Self {
        let flights = Arc::default();
        Self { flights }
    }
}

impl<K, V> Singleflight<K, V>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Joins the load of `key` that is under way, or starts `load` in a task of its own.
    ///
    /// Whoever comes after the end of a load starts another one. A future that is dropped leaves
    /// the load running, for the others and for the cache that it may fill. So give `load` a limit
    /// of its own (`timeout`): one that hangs would hold its key for ever.
    ///
    /// # Errors
    ///
    /// [`LoadLost`] if there is no answer, of whatever kind.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub async fn load(
        &self,
        key: K,
        load: impl Future<Output = V> + Send + 'static,
    ) -> Result<V, LoadLost> {
        let mut new = None;
        let mut flight = match lock(&self.flights).entry(key.clone()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(free) => {
                let (answer, flight) = watch::channel(None);
                new = Some(answer);
                free.insert(flight).clone()
            }
        };
        // Not under the lock: where there is no runtime, the task is dropped here, and `Landing`
        // locks.
        if let Some(answer) = new {
            let landing = Landing {
                flights: Arc::clone(&self.flights),
                key,
            };
            tokio::spawn(async move {
                let value = load.await;
                // First of all: who comes now must not get what was loaded before.
                drop(landing);
                answer.send_replace(Some(value));
            });
        }
        let answer = flight.wait_for(Option::is_some).await;
        answer.ok().and_then(|value| value.clone()).ok_or(LoadLost)
    }
}

/// Takes the flight off the list, also when the load panics.
struct Landing<K: Hash + Eq, V> {
    flights: Arc<Flights<K, V>>,
    key: K,
}

impl<K: Hash + Eq, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        let flight = lock(&self.flights).remove(&self.key);
        // The answer may be the user's code to drop, so not under the lock.
        drop(flight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::{Instant, sleep, timeout};

    const LOAD: Duration = Duration::from_millis(100);

    type Flights = Singleflight<&'static str, Result<u32, &'static str>>;

    #[derive(Clone, Default)]
    struct Backend(Arc<AtomicU32>);

    impl Backend {
        async fn load(self, result: Result<u32, &'static str>) -> Result<u32, &'static str> {
            self.0.fetch_add(1, Ordering::Relaxed);
            sleep(LOAD).await;
            result
        }

        fn loads(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_callers_share_one_load() {
        let (flights, backend) = (Flights::default(), Backend::default());
        let begun = Instant::now();
        let mut callers = JoinSet::new();
        for _ in 0..50 {
            let (flights, backend) = (flights.clone(), backend.clone());
            callers.spawn(async move { flights.load("key", backend.load(Ok(7))).await });
        }
        assert_eq!(callers.join_all().await, [Ok(Ok(7)); 50]);
        assert_eq!((begun.elapsed(), backend.loads()), (LOAD, 1));
        assert!(lock(&flights.flights).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn other_keys_have_loads_of_their_own() {
        let (flights, backend) = (Flights::default(), Backend::default());
        let begun = Instant::now();
        let both = tokio::join!(
            flights.load("a", backend.clone().load(Ok(1))),
            flights.load("b", backend.clone().load(Ok(2))),
        );
        assert_eq!(both, (Ok(Ok(1)), Ok(Ok(2))));
        assert_eq!((begun.elapsed(), backend.loads()), (LOAD, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_kept_neither_answers_nor_errors() {
        let (flights, backend) = (Flights::default(), Backend::default());
        let first = flights.load("key", backend.clone().load(Err("down"))).await;
        assert_eq!(first, Ok(Err("down")));
        for answer in [1, 2] {
            let again = flights.load("key", backend.clone().load(Ok(answer))).await;
            assert_eq!(again, Ok(Ok(answer)));
        }
        assert_eq!(backend.loads(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_load_outlives_the_caller_who_started_it() {
        let (flights, backend) = (Flights::default(), Backend::default());
        let first = flights.load("key", backend.clone().load(Ok(1)));
        assert!(timeout(LOAD / 2, first).await.is_err());
        let begun = Instant::now();
        let second = flights.load("key", backend.clone().load(Ok(2))).await;
        assert_eq!(second, Ok(Ok(1)));
        assert_eq!((begun.elapsed(), backend.loads()), (LOAD / 2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_load_that_panics_frees_its_callers_and_its_key() {
        let flights = Flights::default();
        let crash = async {
            yield_now().await;
            panic!("load")
        };
        let both = tokio::join!(
            flights.load("key", crash),
            flights.load("key", ready(Ok(1)))
        );
        assert_eq!(both, (Err(LoadLost), Err(LoadLost)));
        assert_eq!(flights.load("key", ready(Ok(1))).await, Ok(Ok(1)));
        assert!(LoadLost.to_string().contains("did not come to an end"));
    }

    #[test]
    fn without_a_runtime_it_panics_and_stays_usable() {
        let flights = Flights::default();
        let outside = std::panic::catch_unwind(|| {
            let load = std::pin::pin!(flights.load("key", ready(Ok(1))));
            let _ = load.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        });
        assert!(outside.is_err());
        assert!(lock(&flights.flights).is_empty());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_caller_gets_an_answer_on_many_threads() {
        let flights = Singleflight::default();
        let mut callers = JoinSet::new();
        for caller in 0..400 {
            let flights = flights.clone();
            callers.spawn(async move {
                let key = caller % 3;
                flights.load(key, ready(key * 10)).await == Ok(key * 10)
            });
        }
        assert!(callers.join_all().await.iter().all(|&right| right));
        assert!(lock(&flights.flights).is_empty());
    }
}
