//! CPU work on rayon's threads, its result awaited by a task.
//!
//! Use it when a task has to compute for milliseconds or more: rayon has one thread for each core,
//! and the job may use parallel iterators on them. For calls that wait rather than compute take
//! `spawn_blocking`, whose threads are many.
//!
//! Prevents: `tokio::spawn` for CPU work, parallel iterators that hold up the worker they are
//! called on, and a panic in `rayon::spawn` that aborts the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use tokio::sync::oneshot;

/// Runs `job` in rayon's global pool and gives its result.
///
/// Jobs wait in a queue without a bound, and those whose caller has gone stay in it until their turn.
/// Where calls may be given up, bound them by a semaphore whose permit is moved into the job.
///
/// # Errors
///
/// The payload of the panic if `job` panics; `std::panic::resume_unwind` lets it go on.
///
/// # Cancel safety
///
/// A job that has not begun when the future is dropped never runs. One that has begun runs to its
/// end, and its result is dropped. Nothing runs before the first poll.
pub async fn compute<T, F>(job: F) -> thread::Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let (reply, result) = oneshot::channel();
    rayon::spawn(move || {
        if !reply.is_closed() {
            // Rayon aborts the process if a spawned job panics. What the job owned is gone then,
            // so nobody sees it half changed.
            let _ = reply.send(catch_unwind(AssertUnwindSafe(job)));
        }
    });
    // A reply always comes: the sender is dropped unused only when nobody waits here.
    result.await.unwrap_or_else(|lost| Err(Box::new(lost)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Barrier, mpsc};

    #[tokio::test]
    async fn gives_the_result_of_a_job_on_one_of_rayons_threads() -> Result<(), &'static str> {
        let index = compute(rayon::current_thread_index).await;
        assert!(index.map_err(|_| "no panic")?.is_some());
        Ok(())
    }

    #[tokio::test]
    async fn a_job_may_use_parallel_iterators() -> Result<(), &'static str> {
        let sum = compute(|| (0..1_000_u64).into_par_iter().sum::<u64>()).await;
        assert_eq!(sum.map_err(|_| "no panic")?, 499_500);
        Ok(())
    }

    #[tokio::test]
    async fn a_panic_comes_back_and_the_pool_goes_on() {
        let payload = compute(|| panic!("bad image"))
            .await
            .map(|()| "a result")
            .expect_err("a panic");
        assert_eq!(payload.downcast_ref(), Some(&"bad image"));
        assert_eq!(compute(|| 7).await.ok(), Some(7));
    }

    #[tokio::test]
    async fn the_worker_stays_free_while_a_job_runs() {
        let (release, gate) = mpsc::channel();
        let job = tokio::spawn(compute(move || gate.recv()));
        tokio::task::yield_now().await;
        // This test's only thread is not the one that waits for the gate.
        release.send(7).expect("the job waits");
        let result = job.await.expect("no panic").expect("no panic");
        assert_eq!(result, Ok(7));
    }

    #[tokio::test]
    async fn a_job_whose_caller_is_gone_is_not_begun() {
        // All threads are kept busy until the call has been given up.
        let gate = Arc::new(Barrier::new(rayon::current_num_threads() + 1));
        for _ in 0..rayon::current_num_threads() {
            let gate = Arc::clone(&gate);
            rayon::spawn(move || {
                gate.wait();
            });
        }
        let begun = Arc::new(AtomicBool::new(false));
        let job = {
            let begun = Arc::clone(&begun);
            move || begun.store(true, Ordering::SeqCst)
        };
        let call = tokio::spawn(compute(job));
        tokio::task::yield_now().await;
        call.abort();
        assert!(call.await.is_err_and(|error| error.is_cancelled()));
        gate.wait();
        assert!(compute(|| ()).await.is_ok());
        assert!(!begun.load(Ordering::SeqCst));
    }
}
