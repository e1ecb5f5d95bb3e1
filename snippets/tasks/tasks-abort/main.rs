//! Aborting a task and waiting until it is gone.
//!
//! Use it when a task may be stopped at any of its `.await`s and only its destructors must run. Where it
//! has to finish something first, take a `CancellationToken`.
//!
//! Prevents: treating `abort` as synchronous (it only asks: the task goes on to its next `.await`), and
//! expecting it to stop `spawn_blocking` code, which runs to its end once it has started.

use tokio::task::{JoinError, JoinHandle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let lease = Lease;
    let task = tokio::spawn(async move {
        let _lease = lease;
        std::future::pending::<()>().await;
    });
    tokio::task::yield_now().await; // Now it waits at its `.await`.

    let output = stop(task).await?;
    // The destructors of the task have run by now.
    println!("cancelled={}", output.is_none());
    Ok(())
}

/// Aborts the task and waits until it has ended. `None` means that it was cancelled.
///
/// # Errors
///
/// If the task panicked.
async fn stop<T>(task: JoinHandle<T>) -> Result<Option<T>, JoinError> {
    task.abort();
    match task.await {
        Ok(output) => Ok(Some(output)),
        Err(error) if error.is_cancelled() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Stands for what a task holds: a lock file, a connection, a place in a pool.
struct Lease;

impl Drop for Lease {
    fn drop(&mut self) {
        println!("cleanup ran");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;
    use std::time::Duration;
    use tokio::sync::oneshot;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn a_waiting_task_ends_at_once() -> Result<(), JoinError> {
        let start = Instant::now();
        let task = tokio::spawn(sleep(Duration::from_secs(60)));
        tokio::task::yield_now().await;
        assert_eq!(stop(task).await?, None);
        assert_eq!(start.elapsed(), Duration::ZERO);
        Ok(())
    }

    #[tokio::test]
    async fn what_the_task_holds_is_free_afterwards() -> Result<(), JoinError> {
        let held = Arc::new(());
        let task = tokio::spawn({
            let held = Arc::clone(&held);
            async move {
                std::future::pending::<()>().await;
                drop(held);
            }
        });
        tokio::task::yield_now().await;
        assert_eq!(stop(task).await?, None);
        assert_eq!(Arc::strong_count(&held), 1);
        Ok(())
    }

    #[tokio::test]
    async fn a_task_that_never_started_never_runs() -> Result<(), JoinError> {
        let ran = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn({
            let ran = Arc::clone(&ran);
            async move { ran.store(true, Ordering::Relaxed) }
        });
        assert_eq!(stop(task).await?, None);
        assert!(!ran.load(Ordering::Relaxed));
        Ok(())
    }

    #[tokio::test]
    async fn a_finished_task_still_gives_its_output() -> Result<(), JoinError> {
        let task = tokio::spawn(async { 5 });
        while !task.is_finished() {
            tokio::task::yield_now().await;
        }
        assert_eq!(stop(task).await?, Some(5));
        Ok(())
    }

    #[tokio::test]
    async fn a_panic_is_not_taken_for_a_cancellation() {
        let task: JoinHandle<()> = tokio::spawn(async { panic!("broken") });
        while !task.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(stop(task).await.is_err_and(|error| error.is_panic()));
    }

    #[tokio::test]
    async fn running_blocking_code_goes_on_to_its_end() -> Result<(), JoinError> {
        let (started, running) = oneshot::channel();
        let (release, gate) = mpsc::channel::<()>();
        let task = tokio::task::spawn_blocking(move || {
            let _ = started.send(());
            // Ends when the sender is dropped.
            gate.recv().is_err()
        });
        assert!(running.await.is_ok());
        task.abort();
        drop(release);
        assert_eq!(stop(task).await?, Some(true));
        Ok(())
    }
}
