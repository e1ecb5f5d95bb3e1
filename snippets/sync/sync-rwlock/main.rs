//! Many readers side by side, and a writer that comes in its turn.
//!
//! Use it when operations that await need the same data unchanged from beginning to end, and it is
//! rarely changed. If reading takes a moment only, use a `std` lock; if readers can do with a copy
//! of the newest value, use `watch`.
//!
//! Prevents: readers that queue one behind another at a mutex; a task that reads again while it
//! already reads, and meets a waiting writer in between.

use tokio::sync::RwLock;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let index = Index::new(["Tokio tasks", "TOKIO"]);
    let (tokio, tasks) = tokio::join!(index.count("tokio"), index.count("tasks"));
    println!("before: tokio {tokio}, tasks {tasks}");

    println!("rebuilt: {:?}", index.rebuild().await);
    println!("after: tokio {}", index.count("tokio").await);
}

struct Index {
    documents: RwLock<Vec<String>>,
}

impl Index {
    fn new<const N: usize>(documents: [&str; N]) -> Self {
        Self {
            documents: RwLock::new(documents.map(str::to_owned).to_vec()),
        }
    }

    /// Counts the documents with this word; a rebuild comes before or after, never in between.
    async fn count(&self, word: &str) -> usize {
        // One guard for the whole operation, handed down as a reference. Calling another method
        // that locks would deadlock as soon as a writer waits.
        let documents = self.documents.read().await;
        let mut count = 0;
        for document in documents.iter() {
            count += usize::from(contains(document, word).await);
        }
        count
    }

    /// Rebuilds every document, alone, and returns the longest.
    async fn rebuild(&self) -> Option<String> {
        let mut documents = self.documents.write().await;
        let mut rebuilt = Vec::with_capacity(documents.len());
        for document in documents.iter() {
            rebuilt.push(normalize(document).await);
        }
        // In one step, so that a rebuild that is cancelled before has changed nothing.
        *documents = rebuilt;

        // Readers may come in again, but no other writer before we are done.
        let documents = documents.downgrade();
        documents.iter().max_by_key(|d| d.len()).cloned()
    }
}

async fn contains(document: &str, word: &str) -> bool {
    tokio::task::yield_now().await;
    document.contains(word)
}

async fn normalize(document: &str) -> String {
    tokio::task::yield_now().await;
    document.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Barrier;
    use tokio::time::timeout;

    const LIMIT: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn readers_hold_the_lock_at_the_same_time() {
        let (lock, barrier) = (RwLock::new(7), Barrier::new(3));
        let read = async || {
            let value = lock.read().await;
            // Opens only when all three hold their guards.
            barrier.wait().await;
            *value
        };
        let all = timeout(LIMIT, async { tokio::join!(read(), read(), read()) });
        assert_eq!(all.await, Ok((7, 7, 7)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_writer_goes_before_later_readers() {
        let lock = Arc::new(RwLock::new(0));
        let first = lock.read().await;
        let writer = tokio::spawn({
            let lock = Arc::clone(&lock);
            async move { *lock.write().await = 1 }
        });
        tokio::task::yield_now().await;

        assert!(timeout(LIMIT, lock.read()).await.is_err());
        drop(first);
        assert_eq!(*lock.read().await, 1);
        assert!(writer.await.is_ok());
    }

    #[tokio::test]
    async fn a_rebuild_is_seen_whole_or_not_at_all() {
        let index = Index::new(["A a", "A b", "A c"]);
        let (before, longest, after) = tokio::join!(
            biased;
            index.count("A"),
            index.rebuild(),
            index.count("a")
        );
        assert_eq!((before, after), (3, 3));
        assert_eq!(longest.map(|l| l.len()), Some(3));
    }

    #[tokio::test]
    async fn a_cancelled_rebuild_changes_nothing() {
        let index = Index::new(["A", "B"]);
        tokio::select! {
            biased;
            _ = index.rebuild() => unreachable!("it yields"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(index.count("A").await, 1);
        assert_eq!(index.count("a").await, 0);
    }

    #[tokio::test]
    async fn a_downgraded_guard_lets_readers_in_but_no_writer() {
        let lock = RwLock::new(0);
        let mut guard = lock.write().await;
        *guard = 1;
        let guard = guard.downgrade();
        assert_eq!(*lock.try_read().unwrap(), 1);
        assert!(lock.try_write().is_err());
        drop(guard);
        assert!(lock.try_write().is_ok());
    }
}
