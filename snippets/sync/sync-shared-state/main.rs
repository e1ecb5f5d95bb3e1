//! Shared data behind a wrapper whose methods are not async.
//!
//! Use it when many tasks read and change plain data in memory for a moment: counters, caches,
//! maps. If the owner has to await while it works on the data, use a task or an async mutex.
//!
//! Prevents: a lock that is held over an await, because no method here can; and the cost of an
//! async mutex where nothing is awaited.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let hits = Hits::default();

    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let hits = hits.clone();
        tasks.spawn(async move {
            for _ in 0..10 {
                hits.add("/index");
                tokio::task::yield_now().await;
            }
        });
    }
    while let Some(finished) = tasks.join_next().await {
        finished?;
    }

    println!("/index: {}", hits.get("/index"));
    println!("all: {:?}", hits.all());
    Ok(())
}

/// Counts per path. Clones share the same counts.
#[derive(Clone, Default)]
struct Hits {
    counts: Arc<Mutex<HashMap<String, u64>>>,
}

impl Hits {
    /// Counts one hit and returns the new count; one call, so nothing can come in between.
    fn add(&self, path: &str) -> u64 {
        let mut counts = self.lock();
        let count = counts.entry(path.to_owned()).or_default();
        *count += 1;
        *count
    }

    fn get(&self, path: &str) -> u64 {
        self.lock().get(path).copied().unwrap_or_default()
    }

    /// A copy, so that the caller may await while it goes through it.
    fn all(&self) -> HashMap<String, u64> {
        self.lock().clone()
    }

    /// Private: outside of this type nobody can hold the guard.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        // Poisoned means that a panic happened under the lock. No method here leaves the map half
        // changed, so it is still good.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_update_is_lost() {
        let hits = Hits::default();
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let hits = hits.clone();
            tasks.spawn(async move { hits.add("a") });
        }
        let mut seen = tasks.join_all().await;
        seen.sort_unstable();
        assert_eq!(seen, (1..=50).collect::<Vec<_>>());
        assert_eq!(hits.get("a"), 50);
    }

    #[test]
    fn paths_are_counted_apart() {
        let hits = Hits::default();
        hits.add("a");
        hits.add("b");
        hits.add("b");
        assert_eq!(hits.get("c"), 0);
        let expected = [("a".to_owned(), 1), ("b".to_owned(), 2)];
        assert_eq!(hits.all(), HashMap::from(expected));
    }

    #[test]
    fn a_panic_under_the_lock_does_not_end_the_counting() {
        let hits = Hits::default();
        let other = hits.clone();
        let panicked = std::thread::spawn(move || {
            let _guard = other.lock();
            panic!("while counting");
        });
        assert!(panicked.join().is_err());
        assert_eq!(hits.add("a"), 1);
    }
}
