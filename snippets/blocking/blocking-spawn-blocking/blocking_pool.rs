//! Blocking and CPU-heavy calls off the worker threads, a bounded number at a time.
//!
//! Use it when a call does not come back within some 100 microseconds and has no async form:
//! password hashing, image scaling, compression, a synchronous database driver.
//!
//! Prevents: a worker that stands still while all its other tasks wait, and up to 512 threads
//! competing for a few cores (Tokio's own bound on `spawn_blocking` is meant for waiting, not for
//! computing).

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// Runs blocking jobs on Tokio's blocking threads, at most a given number at the same time.
///
/// Clones share the bound. For CPU work take the number of cores
/// (`std::thread::available_parallelism`), for waiting as many as the other side bears. A job that
/// never ends belongs on a thread of its own: it would keep its place for ever and hold up the
/// shutdown of the runtime, which waits for every job that has started.
#[derive(Clone, Debug)]
pub struct BlockingPool {
    places: Arc<Semaphore>,
}

impl BlockingPool {
    /// A pool that runs at most `limit` jobs at a time.
    pub fn new(limit: NonZeroUsize) -> Self {
        let places = limit.get().min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Runs `job` as soon as a place is free, in the order of the calls, and gives its result.
    ///
    /// # Errors
    ///
    /// If `job` panics, or if the runtime shuts down before it has started.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// A call that is dropped while it waits for a place never runs its job. One that is dropped
    /// later does not stop it: the job runs to its end, and keeps its place until then.
    pub async fn run<T, F>(&self, job: F) -> Result<T, JoinError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // The semaphore is never closed, so this is always a permit.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        spawn_blocking(move || {
            // Moved into the job, because the caller may be gone long before the job ends.
            let _place = place;
            job()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Barrier, mpsc};
    use std::thread;
    use tokio::sync::oneshot;
    use tokio::task::JoinSet;

    fn pool(limit: usize) -> BlockingPool {
        BlockingPool::new(NonZeroUsize::new(limit).expect("a limit of at least one"))
    }

    #[tokio::test]
    async fn a_job_runs_on_another_thread() -> Result<(), JoinError> {
        let here = thread::current().id();
        let there = pool(1).run(|| thread::current().id()).await?;
        assert_ne!(here, there);
        Ok(())
    }

    #[tokio::test]
    async fn the_limit_is_reached_and_never_passed() {
        let pool = pool(2);
        let running = Arc::new(AtomicUsize::new(0));
        let pair = Arc::new(Barrier::new(2));
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            let (pool, running, pair) = (pool.clone(), Arc::clone(&running), Arc::clone(&pair));
            calls.spawn(async move {
                pool.run(move || {
                    let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                    // Opens only if two jobs are at work together.
                    pair.wait();
                    running.fetch_sub(1, Ordering::SeqCst);
                    now
                })
                .await
            });
        }
        let peaks = calls.join_all().await;
        assert!(peaks.into_iter().all(|now| now.is_ok_and(|now| now <= 2)));
    }

    #[tokio::test]
    async fn an_abandoned_job_keeps_its_place_until_it_ends() {
        let pool = pool(1);
        let (started, running) = oneshot::channel();
        let (release, gate) = mpsc::channel::<()>();
        let caller = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move || {
                    let _ = started.send(());
                    gate.recv()
                })
                .await
            }
        });
        assert!(running.await.is_ok());
        caller.abort();
        assert!(caller.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(pool.places.available_permits(), 0);

        drop(release);
        assert!(pool.run(|| ()).await.is_ok(), "the place came back");
    }

    #[tokio::test]
    async fn a_caller_that_leaves_the_queue_never_runs_its_job() {
        let pool = pool(1);
        let place = Arc::clone(&pool.places).acquire_owned().await;
        let ran = Arc::new(AtomicUsize::new(0));
        let waiting = tokio::spawn({
            let (pool, ran) = (pool.clone(), Arc::clone(&ran));
            async move { pool.run(move || ran.fetch_add(1, Ordering::SeqCst)).await }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        assert!(waiting.await.is_err());
        drop(place);
        assert!(pool.run(|| ()).await.is_ok());
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_panic_is_reported_and_its_place_comes_back() {
        let pool = pool(1);
        let result = pool.run(|| panic!("bad image")).await;
        assert!(result.is_err_and(|error: JoinError| error.is_panic()));
        assert_eq!(pool.places.available_permits(), 1);
    }

    #[test]
    fn the_largest_limit_is_accepted() {
        assert_eq!(
            pool(usize::MAX).places.available_permits(),
            Semaphore::MAX_PERMITS
        );
    }
}
