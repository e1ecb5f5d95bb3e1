//! Ordered shutdown: each phase ends before the next is told to.
//!
//! Use it when tasks feed each other: first the intake ends, then the workers that it feeds, then
//! what writes their results. A phase that exceeds its limit is aborted, so that the next begins.
//!
//! Prevents: a sink that is closed before its producers, whose last results are then lost.

use std::future::Future;
use std::time::Duration;
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long the tasks of one phase may take to finish.
pub const PHASE_LIMIT: Duration = Duration::from_secs(2);
/// How long aborted tasks may take to reach their next await.
pub const ABORT_GRACE: Duration = Duration::from_millis(500);

/// Tasks that end together. Clones share the same tasks.
#[derive(Debug, Clone, Default)]
pub struct Phase {
    tasks: TaskTracker,
    stop: CancellationToken,
    abort: CancellationToken,
}

impl Phase {
    /// Cancelled when this phase begins to end. Tasks that read a channel to its end need it not:
    /// the phase before has ended, and its senders are gone.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Spawns a task of this phase; its output is `None` if the phase was aborted.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let abort = self.abort.clone();
        self.tasks
            .spawn(async move { abort.run_until_cancelled(task).await })
    }

    /// Cancels the token, waits up to `limit` for the tasks, then aborts them; `true` if all ended
    /// in time. Panics are in the handles.
    ///
    /// Cancel safe: a further call waits again.
    pub async fn end(&self, limit: Duration) -> bool {
        self.stop.cancel();
        self.tasks.close();
        let in_time = timeout(limit, self.tasks.wait()).await.is_ok();
        if !in_time {
            self.abort.cancel();
            // Not for ever: a task without an await cannot be aborted.
            let _ = timeout(ABORT_GRACE, self.tasks.wait()).await;
        }
        in_time
    }
}

/// Ends the phases one after the other, each within `limit`; the names of those that did not.
///
/// It takes at most `limit` and [`ABORT_GRACE`] for each phase, unless tasks that do not await hold
/// all workers: in all that should be less than the time until SIGKILL.
pub async fn end_in_order<'a>(
    phases: impl IntoIterator<Item = (&'a str, &'a Phase)>,
    limit: Duration,
) -> Vec<&'a str> {
    let mut late = Vec::new();
    for (name, phase) in phases {
        if !phase.end(limit).await {
            late.push(name);
        }
    }
    late
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::sync::{Arc, Mutex};
    use tokio::time::{Instant, sleep};

    const LIMIT: Duration = Duration::from_secs(5);

    type Log = Arc<Mutex<Vec<(&'static str, u64)>>>;

    /// Ends `seconds` after its phase was told to, and writes down when that was.
    fn part(phase: &Phase, log: &Log, name: &'static str, seconds: u64) {
        let (stop, log, start) = (phase.token(), Arc::clone(log), Instant::now());
        phase.spawn(async move {
            stop.cancelled().await;
            sleep(Duration::from_secs(seconds)).await;
            let mut log = log.lock().expect("no panic");
            log.push((name, start.elapsed().as_secs()));
        });
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_begins_to_end_when_the_one_before_has_ended() {
        let (intake, workers, log) = (Phase::default(), Phase::default(), Log::default());
        part(&workers, &log, "fast worker", 0);
        part(&workers, &log, "slow worker", 2);
        part(&intake, &log, "intake", 3);
        let late = end_in_order([("intake", &intake), ("workers", &workers)], LIMIT).await;
        assert!(late.is_empty());
        assert_eq!(
            *log.lock().expect("no panic"),
            [("intake", 3), ("fast worker", 3), ("slow worker", 5)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_phase_that_is_late_is_aborted_and_the_next_one_ends_as_usual() {
        let (intake, workers, log) = (Phase::default(), Phase::default(), Log::default());
        let hanging = intake.spawn(pending::<()>());
        part(&workers, &log, "worker", 1);
        let late = end_in_order([("intake", &intake), ("workers", &workers)], LIMIT).await;
        assert_eq!(late, ["intake"]);
        assert_eq!(*log.lock().expect("no panic"), [("worker", 6)]);
        assert_eq!(hanging.await.expect("no panic"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_phase_without_tasks_takes_no_time() {
        let start = Instant::now();
        assert!(Phase::default().end(LIMIT).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_ends_a_task_as_well() {
        let phase = Phase::default();
        let task = phase.spawn(async { panic!("a bug") });
        assert!(phase.end(LIMIT).await);
        assert!(
            task.await
                .is_err_and(|error: tokio::task::JoinError| error.is_panic())
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_was_dropped_can_be_continued() {
        let phase = Phase::default();
        let task = phase.spawn(sleep(Duration::from_secs(2)));
        let dropped = timeout(Duration::from_secs(1), phase.end(LIMIT)).await;
        assert!(dropped.is_err() && phase.token().is_cancelled());
        assert!(phase.end(LIMIT).await);
        assert_eq!(task.await.expect("no panic"), Some(()));
    }
}
