//! Graceful shutdown: stop the intake, drain with a deadline, abort the rest.
//!
//! Use it when a service has tasks that should finish what they have begun before the process
//! ends, but must not keep it from ending.
//!
//! Prevents: a drain without a limit, a `TaskTracker` that is waited for but never closed, and an
//! exit that does not know what it cut off.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long tasks may take to finish; with [`ABORT_GRACE`] less than the time until SIGKILL.
pub const DRAIN_DEADLINE: Duration = Duration::from_secs(8);
/// How long aborted tasks may take to reach their next await.
pub const ABORT_GRACE: Duration = Duration::from_secs(1);

/// How the tasks ended that were there when the shutdown began or came later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Tasks that ran to their end.
    pub finished: usize,
    /// Tasks that panicked.
    pub panicked: usize,
    /// Tasks that were dropped before their end.
    pub aborted: usize,
    /// Tasks that reach no await and still run; seen only while a worker is free for the timer.
    /// Leave with `std::process::exit`: the end of the runtime would wait for them.
    pub stuck: usize,
}

impl Report {
    /// Whether every task ran to its end.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.panicked + self.aborted + self.stuck == 0
    }
}

/// Spawns tasks, tells them to stop, waits for them. Clones share the same tasks.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    tracker: TaskTracker,
    stop: CancellationToken,
    abort: CancellationToken,
    tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Tally {
    finished: AtomicUsize,
    panicked: AtomicUsize,
    aborted: AtomicUsize,
}

impl Shutdown {
    /// Cancelled when the shutdown begins. Tasks watch it where they take new work, not in the
    /// middle of it.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Spawns a task that [`drain`](Self::drain) waits for. Its output is `None` if it was
    /// aborted. Not for blocking work, which cannot be aborted.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let ending = Ending {
            shutdown: self.clone(),
            finished: false,
        };
        self.tracker.spawn(ending.watch(task))
    }

    /// Cancels the token, waits up to `deadline` for the tasks, then aborts those that are left.
    ///
    /// Cancel safe: if it is dropped, the shutdown has begun, and a further call waits again.
    pub async fn drain(&self, deadline: Duration) -> Report {
        self.stop.cancel();
        self.tracker.close();
        if timeout(deadline, self.tracker.wait()).await.is_err() {
            self.abort.cancel();
            // Not for ever: a task without an await cannot be aborted.
            let _ = timeout(ABORT_GRACE, self.tracker.wait()).await;
        }
        // First: a task that ends meanwhile may be counted twice, but is never missed.
        let stuck = self.tracker.len();
        Report {
            finished: self.tally.finished.load(Ordering::Relaxed),
            panicked: self.tally.panicked.load(Ordering::Relaxed),
            aborted: self.tally.aborted.load(Ordering::Relaxed),
            stuck,
        }
    }
}

// Counts how a task ended when it is dropped, which a panic or an abort does too.
struct Ending {
    shutdown: Shutdown,
    finished: bool,
}

impl Ending {
    async fn watch<T>(mut self, task: impl Future<Output = T>) -> Option<T> {
        let output = self.shutdown.abort.run_until_cancelled(task).await;
        self.finished = output.is_some();
        output
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let tally = &self.shutdown.tally;
        let count = if self.finished {
            &tally.finished
        } else if std::thread::panicking() {
            &tally.panicked
        } else {
            &tally.aborted
        };
        if self.shutdown.stop.is_cancelled() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::sync::mpsc;
    use tokio::sync::oneshot;
    use tokio::time::{Instant, sleep};

    const DEADLINE: Duration = Duration::from_secs(5);

    fn report(finished: usize, panicked: usize, aborted: usize, stuck: usize) -> Report {
        Report {
            finished,
            panicked,
            aborted,
            stuck,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn drains_what_finishes_and_aborts_the_rest_at_the_deadline() {
        let start = Instant::now();
        let shutdown = Shutdown::default();
        let token = shutdown.token();
        shutdown.spawn(async move { token.cancelled().await });
        shutdown.spawn(sleep(Duration::from_secs(3)));
        let hanging = shutdown.spawn(pending::<()>());
        let report = shutdown.drain(DEADLINE).await;
        assert_eq!(report, self::report(2, 0, 1, 0));
        assert!(!report.is_clean());
        assert_eq!(start.elapsed(), DEADLINE);
        assert_eq!(hanging.await.expect("no panic"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn ends_as_soon_as_the_last_task_does() {
        let start = Instant::now();
        let shutdown = Shutdown::default();
        let task = shutdown.spawn(async {
            sleep(Duration::from_secs(2)).await;
            "saved"
        });
        let report = shutdown.drain(DEADLINE).await;
        assert!(report.is_clean());
        assert_eq!(report.finished, 1);
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        assert_eq!(task.await.expect("no panic"), Some("saved"));
    }

    #[tokio::test(start_paused = true)]
    async fn without_tasks_it_ends_at_once_and_is_clean() {
        let start = Instant::now();
        let shutdown = Shutdown::default();
        assert!(shutdown.drain(DEADLINE).await.is_clean());
        assert!(shutdown.token().is_cancelled());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn counts_only_from_the_shutdown_on() {
        let shutdown = Shutdown::default();
        shutdown.spawn(async {}).await.expect("no panic");
        assert!(shutdown.spawn(async { panic!("before") }).await.is_err());
        assert_eq!(shutdown.drain(DEADLINE).await, report(0, 0, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_counted_and_stays_in_the_handle() {
        let shutdown = Shutdown::default();
        let token = shutdown.token();
        let task = shutdown.spawn(async move {
            token.cancelled().await;
            panic!("while draining");
        });
        let report = shutdown.drain(DEADLINE).await;
        assert_eq!(report, self::report(0, 1, 0, 0));
        assert!(!report.is_clean());
        assert!(task.await.expect_err("it panicked").is_panic());
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_aborted_by_its_own_handle_counts_as_aborted() {
        let shutdown = Shutdown::default();
        drop(shutdown.token()); // Dropping a token cancels nothing.
        let polled = shutdown.spawn(pending::<()>());
        tokio::task::yield_now().await;
        let never_polled = shutdown.spawn(async {});
        polled.abort();
        never_polled.abort();
        assert_eq!(shutdown.drain(DEADLINE).await, report(0, 0, 2, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn tasks_spawned_while_draining_are_waited_for() {
        let shutdown = Shutdown::default();
        let (parent, token) = (shutdown.clone(), shutdown.token());
        shutdown.spawn(async move {
            token.cancelled().await;
            parent.spawn(sleep(Duration::from_secs(1)));
        });
        assert_eq!(shutdown.drain(DEADLINE).await, report(2, 0, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_spawned_after_the_abort_does_not_start() {
        let shutdown = Shutdown::default();
        shutdown.spawn(pending::<()>());
        shutdown.drain(DEADLINE).await;
        let late = shutdown.spawn(async { panic!("started") });
        assert_eq!(late.await.expect("no panic"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn aborting_runs_the_destructors_before_drain_returns() {
        let shutdown = Shutdown::default();
        let (held, mut released) = oneshot::channel::<()>();
        shutdown.spawn(async move {
            let _held = held;
            pending::<()>().await;
        });
        shutdown.drain(DEADLINE).await;
        assert_eq!(
            released.try_recv(),
            Err(oneshot::error::TryRecvError::Closed)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_drain_can_be_continued() {
        let shutdown = Shutdown::default();
        shutdown.spawn(sleep(Duration::from_secs(2)));
        let first = timeout(Duration::from_secs(1), shutdown.drain(DEADLINE)).await;
        assert!(first.is_err() && shutdown.token().is_cancelled());
        assert_eq!(shutdown.drain(DEADLINE).await, report(1, 0, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_never_yields_is_reported_as_stuck() {
        // It blocks a thread of another runtime, as this one's only thread runs the test.
        let other = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .expect("a runtime");
        let shutdown = Shutdown::default();
        let (started, has_started) = oneshot::channel();
        let (release, released) = mpsc::channel::<()>();
        let spawner = shutdown.clone();
        other.spawn(async move {
            spawner.spawn(async move {
                let _ = started.send(());
                let _ = released.recv();
            });
        });
        has_started.await.expect("it starts");
        let start = Instant::now();
        assert_eq!(shutdown.drain(DEADLINE).await, report(0, 0, 0, 1));
        assert_eq!(start.elapsed(), DEADLINE + ABORT_GRACE);
        release.send(()).expect("it waits");
        other.shutdown_background();
    }
}
