//! A future at hand that nobody polls: futurelock, and three ways around it.
//!
//! Use it when a `select!` polls `&mut future`, and what comes after it or in another handler waits
//! too: for a lock, for a permit, for a place in a channel.
//!
//! Prevents: a deadlock of a task with itself, as its own paused future holds the lock or
//! stands before it in the queue.

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::JoinError;
use tokio::time::sleep;

/// How long the operation may take before that is noted.
const PATIENCE: Duration = Duration::from_millis(10);

/// Both the operation and the note need its lock.
type Log = Mutex<Vec<&'static str>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let log = Arc::new(Log::default());
    in_a_task(&log).await?;
    println!("in a task: {:?}", log.lock().await);

    let log = Log::default();
    polled_on(&log).await;
    println!("polled on: {:?}", log.lock().await);

    let log = Log::default();
    given_up(&log).await;
    println!("given up: {:?}", log.lock().await);
    Ok(())
}

/// Owns what it needs: then let it be a task, which goes on whatever this one waits for.
///
/// # Errors
///
/// If the operation panics.
async fn in_a_task(log: &Arc<Log>) -> Result<(), JoinError> {
    let own = Arc::clone(log);
    let mut operation = tokio::spawn(async move { save(&own).await });
    tokio::select! {
        biased;
        () = sleep(PATIENCE) => {}
        done = &mut operation => return done,
    }
    note(log, "slow").await;
    operation.await
}

/// Borrows: then poll it beside everything that is awaited while it is alive.
async fn polled_on(log: &Log) {
    let mut operation = pin!(save(log));
    tokio::select! {
        biased;
        () = sleep(PATIENCE) => {}
        () = &mut operation => return,
    }
    // With `note(log, "slow").await` before `operation.await`, the lock would not become free.
    tokio::join!(operation, note(log, "slow"));
}

/// No longer needed: then give it away. `select!` drops the losers before the handler runs, and
/// their locks and places with them.
async fn given_up(log: &Log) {
    let operation = save(log);
    tokio::select! {
        biased;
        () = sleep(PATIENCE) => note(log, "given up").await,
        () = operation => {}
    }
}

/// Stands for an operation that keeps the lock while it waits for the disk.
async fn save(log: &Log) {
    let mut log = log.lock().await;
    sleep(PATIENCE * 10).await;
    log.push("saved");
}

async fn note(log: &Log, what: &'static str) {
    log.lock().await.push(what);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep_until, timeout};

    /// The lock is free when the operation begins, or is taken by another task until then.
    const TAKEN: [Duration; 2] = [Duration::ZERO, Duration::from_secs(1)];

    async fn log_taken_for(time: Duration) -> (Arc<Log>, Instant) {
        let (log, start) = (Arc::new(Log::default()), Instant::now());
        if !time.is_zero() {
            let guard = Arc::clone(&log).lock_owned().await;
            tokio::spawn(async move {
                sleep_until(start + time).await;
                drop(guard);
            });
        }
        (log, start)
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_kept_but_not_polled_locks_for_ever() {
        for taken in TAKEN {
            let (log, _) = log_taken_for(taken).await;
            let mut operation = pin!(save(&log));
            assert!(timeout(PATIENCE, &mut operation).await.is_err());
            let waited = timeout(Duration::from_secs(60), note(&log, "slow")).await;
            assert!(waited.is_err(), "futurelock");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_goes_on_by_itself() {
        for taken in TAKEN {
            let (log, start) = log_taken_for(taken).await;
            in_a_task(&log).await.unwrap();
            assert_eq!(*log.lock().await, ["saved", "slow"]);
            assert_eq!(start.elapsed(), taken + PATIENCE * 10);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_polled_on_ends() {
        for taken in TAKEN {
            let (log, start) = log_taken_for(taken).await;
            polled_on(&log).await;
            assert_eq!(*log.lock().await, ["saved", "slow"]);
            assert_eq!(start.elapsed(), taken + PATIENCE * 10);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_given_away_frees_its_lock_and_its_place() {
        for taken in TAKEN {
            let (log, start) = log_taken_for(taken).await;
            given_up(&log).await;
            assert_eq!(*log.lock().await, ["given up"]);
            assert_eq!(start.elapsed(), taken.max(PATIENCE));
        }
    }
}
