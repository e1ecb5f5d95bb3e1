//! Tasks that must not end: when one does, the service stops and says which.
//!
//! Use it when a service is useless without some task in the background: the consumer of a queue,
//! an indexer, a renewal of credentials. Run these in one `JoinMap` by name and let their end be
//! the end of the service, so that whoever supervises the process starts it again.
//!
//! Prevents: a zombie that still answers, although the task that does the work died hours ago.

use std::fmt;
use std::time::Duration;
use tokio::task::JoinError;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::JoinMap;

/// How long the other tasks may take to stop.
pub const STOP_LIMIT: Duration = Duration::from_secs(5);

/// A critical task ended before it was asked to, or failed while it stopped.
#[derive(Debug)]
pub struct TaskEnded<E> {
    /// Its name.
    pub name: &'static str,
    /// How it ended.
    pub cause: Cause<E>,
}

/// How a critical task ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause<E> {
    /// It returned, as if its work were done.
    Returned,
    /// It returned this error.
    Failed(E),
    /// It panicked or was aborted.
    Died(JoinError),
}

impl<E: fmt::Display> fmt::Display for TaskEnded<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {:?} ", self.name)?;
        match &self.cause {
            Cause::Returned => f.write_str("returned"),
            Cause::Failed(error) => write!(f, "failed: {error}"),
            Cause::Died(error) if error.is_panic() => f.write_str("panicked"),
            Cause::Died(_) => f.write_str("was aborted"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for TaskEnded<E> {
    /// For a panic the `JoinError`, which has its message.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Died(error) => Some(error),
            Cause::Returned | Cause::Failed(_) => None,
        }
    }
}

/// Waits until `stop` is cancelled or a task ends by itself, then stops the others.
///
/// Cancels `stop`, waits up to `limit` for the tasks that watch it, and aborts the rest. Without
/// tasks it returns at once.
///
/// # Errors
///
/// The first task that ended before `stop` was cancelled, or failed or panicked while stopping.
///
/// # Cancel safety
///
/// Dropping the future aborts all tasks.
pub async fn watch<E: 'static>(
    mut tasks: JoinMap<&'static str, Result<(), E>>,
    stop: &CancellationToken,
    limit: Duration,
) -> Result<(), TaskEnded<E>> {
    let mut first = None;
    let ended = stop.run_until_cancelled(tasks.join_next()).await;
    if let Some(Some((name, result))) = ended {
        let cause = cause(result).unwrap_or(Cause::Returned);
        first = Some(TaskEnded { name, cause });
    }
    stop.cancel();
    let rest = async {
        while let Some((name, result)) = tasks.join_next().await {
            // From now on to return is what a task should do.
            if let (None, Some(cause)) = (&first, cause(result)) {
                first = Some(TaskEnded { name, cause });
            }
        }
    };
    // Dropping `tasks` aborts those that are late.
    let _ = timeout(limit, rest).await;
    first.map_or(Ok(()), Err)
}

fn cause<E>(result: Result<Result<(), E>, JoinError>) -> Option<Cause<E>> {
    match result {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(Cause::Failed(error)),
        Err(error) => Some(Cause::Died(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::sync::oneshot;
    use tokio::time::{Instant, sleep};

    type Tasks = JoinMap<&'static str, Result<(), &'static str>>;

    const SECOND: Duration = Duration::from_secs(1);

    /// A task that stops a second after it was told to.
    fn with_sibling(stop: &CancellationToken) -> Tasks {
        let mut tasks = Tasks::new();
        let stop = stop.clone();
        tasks.spawn("sibling", async move {
            stop.cancelled().await;
            sleep(SECOND).await;
            Ok(())
        });
        tasks
    }

    async fn message(tasks: Tasks, stop: &CancellationToken) -> String {
        let ended = watch(tasks, stop, STOP_LIMIT).await;
        ended.map_or_else(|ended| ended.to_string(), |()| "clean".to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn told_to_stop_it_is_a_clean_end() {
        let (stop, start) = (CancellationToken::new(), Instant::now());
        let tasks = with_sibling(&stop);
        stop.cancel();
        assert_eq!(message(tasks, &stop).await, "clean");
        assert_eq!(start.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn every_end_is_named_and_stops_the_others() {
        let (stop, start) = (CancellationToken::new(), Instant::now());
        let mut tasks = with_sibling(&stop);
        tasks.spawn("indexer", async {
            sleep(SECOND).await;
            Err("disk full")
        });
        let message = message(tasks, &stop).await;
        assert_eq!(message, "task \"indexer\" failed: disk full");
        assert_eq!(start.elapsed(), 2 * SECOND);
        assert!(stop.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn returning_and_panicking_and_being_aborted_are_failures_too() {
        let stop = CancellationToken::new();
        let mut tasks = with_sibling(&stop);
        tasks.spawn("indexer", async { Ok(()) });
        assert_eq!(message(tasks, &stop).await, "task \"indexer\" returned");

        let stop = CancellationToken::new();
        let mut tasks = with_sibling(&stop);
        tasks.spawn("indexer", async { panic!("a bug") });
        assert_eq!(message(tasks, &stop).await, "task \"indexer\" panicked");

        let stop = CancellationToken::new();
        let mut tasks = with_sibling(&stop);
        tasks.spawn("indexer", pending());
        tasks.abort("indexer");
        assert_eq!(message(tasks, &stop).await, "task \"indexer\" was aborted");
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_is_reported_and_not_what_follows_from_it() {
        let stop = CancellationToken::new();
        let mut tasks = with_sibling(&stop);
        tasks.spawn("first", async { Err("connection lost") });
        let stopping = stop.clone();
        tasks.spawn("second", async move {
            stopping.cancelled().await;
            Err("nothing to do")
        });
        let message = message(tasks, &stop).await;
        assert_eq!(message, "task \"first\" failed: connection lost");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_while_stopping_counts() {
        let stop = CancellationToken::new();
        let mut tasks = with_sibling(&stop);
        let stopping = stop.clone();
        tasks.spawn("writer", async move {
            stopping.cancelled().await;
            Err("cannot flush")
        });
        stop.cancel();
        let message = message(tasks, &stop).await;
        assert_eq!(message, "task \"writer\" failed: cannot flush");
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_stop_is_aborted_at_the_limit() {
        let (stop, start) = (CancellationToken::new(), Instant::now());
        let mut tasks = Tasks::new();
        let (held, dropped) = oneshot::channel::<()>();
        tasks.spawn("deaf", async move {
            let _held = held;
            pending().await
        });
        stop.cancel();
        assert_eq!(message(tasks, &stop).await, "clean");
        assert_eq!(start.elapsed(), STOP_LIMIT);
        assert!(dropped.await.is_err());
    }

    #[tokio::test]
    async fn without_tasks_there_is_nothing_to_watch() {
        let stop = CancellationToken::new();
        assert_eq!(message(Tasks::new(), &stop).await, "clean");
    }
}
