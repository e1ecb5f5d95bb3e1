//! A supervisor: a task that crashes is restarted, later each time, not for ever.
//!
//! Use it when a background task has to go on as long as the program does, such as a consumer or a
//! connection that is kept open. Spawn one `run` for each task, in a `JoinSet`.
//!
//! Prevents: a background task that died unseen, and a crash loop at full speed that fills the log
//! and keeps the other side down.

use std::future::Future;
use std::{error::Error, fmt, time::Duration};
use tokio::time::{Instant, timeout};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// Crashes in a row that are answered with a restart.
pub const MAX_RESTARTS: u32 = 5;
/// Pause before the first restart; it doubles with each crash in a row.
pub const BASE_DELAY: Duration = Duration::from_secs(1);
/// The pause stops growing here.
pub const MAX_DELAY: Duration = Duration::from_secs(60);
/// A task that lived that long was well: its crash is the first of a new row.
pub const HEALTHY_AFTER: Duration = Duration::from_secs(300);

/// Why a task crashed: its error, or the `JoinError` with its panic.
pub type Cause = Box<dyn Error + Send + Sync>;

/// The task crashed once more than it may.
#[derive(Debug)]
pub struct GaveUp {
    /// The restarts in this row of crashes.
    pub restarts: u32,
    /// The last crash.
    pub cause: Cause,
}

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gave up after {} restarts", self.restarts)
    }
}

impl Error for GaveUp {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.cause)
    }
}

/// How to restart.
#[derive(Debug, Clone, Copy)]
pub struct Supervisor {
    /// See [`MAX_RESTARTS`].
    pub max_restarts: u32,
    /// See [`BASE_DELAY`].
    pub base_delay: Duration,
    /// See [`MAX_DELAY`].
    pub max_delay: Duration,
    /// See [`HEALTHY_AFTER`].
    pub healthy_after: Duration,
}

impl Default for Supervisor {
    fn default() -> Self {
        Self {
            max_restarts: MAX_RESTARTS,
            base_delay: BASE_DELAY,
            max_delay: MAX_DELAY,
            healthy_after: HEALTHY_AFTER,
        }
    }
}

impl Supervisor {
    /// Runs what `start` makes, in a task of its own, until it returns `Ok`.
    ///
    /// Its error or panic is a crash: `on_crash` gets it, with the pause before the restart. A
    /// panic of `start` itself is not caught: what may fail belongs in the future that it makes.
    ///
    /// When `stop` is cancelled nothing is started any more, but the running task is waited for:
    /// let it watch the same token. If it crashes then, `on_crash` gets that with a pause of zero.
    /// Dropping this future aborts the task.
    ///
    /// # Errors
    ///
    /// [`GaveUp`] after too many crashes in a row.
    pub async fn run<F>(
        &self,
        stop: &CancellationToken,
        mut start: impl FnMut() -> F,
        mut on_crash: impl FnMut(&Cause, Duration),
    ) -> Result<(), GaveUp>
    where
        F: Future<Output = Result<(), Cause>> + Send + 'static,
    {
        let mut restarts = 0;
        while !stop.is_cancelled() {
            let begun = Instant::now();
            let task = AbortOnDropHandle::new(tokio::spawn(start()));
            let outcome = task.await.unwrap_or_else(|panic| Err(panic.into()));
            let Err(cause) = outcome else { break };
            if stop.is_cancelled() {
                on_crash(&cause, Duration::ZERO);
                break;
            }
            if begun.elapsed() >= self.healthy_after {
                restarts = 0;
            }
            if restarts >= self.max_restarts {
                return Err(GaveUp { restarts, cause });
            }
            let factor = 2_u32.saturating_pow(restarts);
            let pause = self.base_delay.saturating_mul(factor).min(self.max_delay);
            on_crash(&cause, pause);
            restarts += 1;
            let _ = timeout(pause, stop.cancelled()).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::task::JoinError;
    use tokio::time::sleep;

    const SECOND: Duration = Duration::from_secs(1);
    const WELL: Duration = Duration::from_secs(300);

    fn supervisor(max_restarts: u32) -> Supervisor {
        Supervisor {
            max_restarts,
            base_delay: SECOND,
            max_delay: SECOND * 60,
            healthy_after: WELL,
        }
    }

    fn crash() -> Result<(), Cause> {
        Err("crash".into())
    }

    #[tokio::test(start_paused = true)]
    async fn it_restarts_later_each_time_and_gives_up() {
        let (begun, stop) = (Instant::now(), CancellationToken::new());
        let (mut starts, mut pauses) = (Vec::new(), Vec::new());
        let start = || {
            starts.push(begun.elapsed().as_secs());
            ready(crash())
        };
        let on_crash = |cause: &Cause, pause: Duration| pauses.push((cause.to_string(), pause));
        let outcome = supervisor(3).run(&stop, start, on_crash).await;
        assert_eq!(starts, [0, 1, 3, 7]);
        assert_eq!(begun.elapsed(), SECOND * 7);
        assert_eq!(
            pauses,
            [1, 2, 4].map(|pause| ("crash".into(), SECOND * pause))
        );
        let gave_up = outcome.unwrap_err();
        assert_eq!(gave_up.restarts, 3);
        assert_eq!(gave_up.to_string(), "gave up after 3 restarts");
        assert_eq!(gave_up.source().unwrap().to_string(), "crash");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_is_capped() {
        let (stop, mut pauses) = (CancellationToken::new(), Vec::new());
        let on_crash = |_: &Cause, pause: Duration| pauses.push(pause.as_secs());
        let outcome = supervisor(40).run(&stop, || ready(crash()), on_crash).await;
        assert!(outcome.is_err());
        assert_eq!(pauses[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pauses[39], 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_a_crash_and_a_good_end_is_the_end() {
        let (stop, mut runs, mut panics) = (CancellationToken::new(), 0, 0);
        let start = || {
            runs += 1;
            let run = runs;
            async move {
                assert!(run == 3, "crash");
                Ok(())
            }
        };
        let on_crash = |cause: &Cause, _| {
            let error = cause.downcast_ref::<JoinError>();
            panics += u32::from(error.is_some_and(JoinError::is_panic));
        };
        assert!(supervisor(2).run(&stop, start, on_crash).await.is_ok());
        assert_eq!((runs, panics), (3, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_was_well_begins_a_new_row() {
        for (lived, crashes) in [(WELL, 12), (SECOND, 2)] {
            let (stop, mut runs) = (CancellationToken::new(), 0);
            let mut pauses = Vec::new();
            let start = || {
                runs += 1;
                let done = runs > 12;
                async move {
                    sleep(lived).await;
                    if done { Ok(()) } else { crash() }
                }
            };
            let on_crash = |_: &Cause, pause: Duration| pauses.push(pause);
            let outcome = supervisor(2).run(&stop, start, on_crash).await;
            assert_eq!((outcome.is_ok(), pauses.len()), (crashes == 12, crashes));
            assert_eq!(pauses[0], SECOND);
            assert_eq!(pauses[1], SECOND * if crashes == 12 { 1 } else { 2 });
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_pause() {
        let (begun, stop) = (Instant::now(), CancellationToken::new());
        let (running, mut runs) = (stop.clone(), 0);
        tokio::spawn(async move {
            sleep(SECOND / 2).await;
            running.cancel();
        });
        let start = || {
            runs += 1;
            ready(crash())
        };
        assert!(supervisor(3).run(&stop, start, |_, _| {}).await.is_ok());
        assert_eq!((runs, begun.elapsed()), (1, SECOND / 2));
        let start = || -> std::future::Ready<_> { panic!("started after the stop") };
        assert!(supervisor(3).run(&stop, start, |_, _| {}).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_waits_for_the_running_task() {
        let (begun, stop) = (Instant::now(), CancellationToken::new());
        let start = || {
            let stop = stop.clone();
            async move {
                stop.cancelled().await;
                sleep(SECOND).await;
                crash()
            }
        };
        let run = supervisor(3);
        let run = run.run(&stop, start, |_, _| {});
        let (outcome, ()) = tokio::join!(run, async { stop.cancel() });
        assert!(outcome.is_ok());
        assert_eq!(begun.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_crash_after_the_stop_is_told_but_announces_no_restart() {
        for max_restarts in [0, 1] {
            let (stop, mut pauses) = (CancellationToken::new(), Vec::new());
            let start = || {
                stop.cancel();
                ready(crash())
            };
            let on_crash = |_: &Cause, pause: Duration| pauses.push(pause);
            let outcome = supervisor(max_restarts).run(&stop, start, on_crash).await;
            assert!(outcome.is_ok());
            assert_eq!(pauses, [Duration::ZERO]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn dropping_it_aborts_the_task() {
        struct Flag(Arc<AtomicBool>);
        impl Drop for Flag {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let (stop, dropped) = (CancellationToken::new(), Arc::new(AtomicBool::new(false)));
        let start = || {
            let flag = Flag(Arc::clone(&dropped));
            async move {
                let _flag = flag;
                pending().await
            }
        };
        let run = Supervisor::default();
        let run = run.run(&stop, start, |_, _| {});
        assert!(timeout(SECOND, run).await.is_err());
        tokio::task::yield_now().await;
        assert!(dropped.load(Ordering::Relaxed));
    }

    #[tokio::test(start_paused = true)]
    async fn without_restarts_the_first_crash_is_the_last() {
        let stop = CancellationToken::new();
        let run = async move {
            let start = || ready(crash());
            supervisor(0).run(&stop, start, |_, _| {}).await
        };
        // In a task, so that it has to be `Send`.
        let outcome = tokio::spawn(run).await.unwrap();
        assert_eq!(outcome.unwrap_err().restarts, 0);
    }
}
