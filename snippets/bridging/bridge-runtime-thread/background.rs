//! A runtime on a thread of its own, for a program that is otherwise synchronous.
//!
//! Use it when a synchronous program has async work to be done in the background: jobs go in through
//! a bounded channel, so many run at a time, and at the end all of them are waited for.
//!
//! Prevents: a current-thread runtime that stands still because nobody is inside `block_on`, and
//! jobs that die with the runtime because nobody waited for them.

use std::future::Future;
use std::{fmt, io, thread};
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// What became of the jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Jobs that ran to their end.
    pub done: usize,
    /// Jobs that panicked.
    pub panicked: usize,
}

/// Takes jobs for a runtime in the background.
///
/// Call [`finish`](Self::finish) at the end: dropped without it, the thread goes on with its jobs,
/// but nobody waits for them, and the end of the program cuts them off.
#[derive(Debug)]
pub struct Background<J> {
    jobs: mpsc::Sender<J>,
    thread: thread::JoinHandle<Report>,
}

/// The background thread has ended, so the job was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended<J>(
    /// The job.
    pub J,
);

impl<J> fmt::Display for Ended<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the background thread has ended")
    }
}

impl<J: fmt::Debug> std::error::Error for Ended<J> {}

impl<J: Send + 'static> Background<J> {
    /// Starts the thread. At most `limit` jobs (0 works like 1) are in `work` at a time, and one
    /// more waits.
    ///
    /// # Errors
    ///
    /// If the system refuses the runtime or the thread.
    pub fn start<F>(limit: usize, mut work: impl FnMut(J) -> F + Send + 'static) -> io::Result<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (jobs, mut queue) = mpsc::channel(1);
        // Built here, where an error can be returned, and driven there.
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let run = async move {
            let (mut running, mut report) = (JoinSet::new(), Report::default());
            loop {
                tokio::select! {
                    job = queue.recv(), if running.len() < limit.max(1) => match job {
                        Some(job) => drop(running.spawn(work(job))),
                        None => break,
                    },
                    Some(ended) = running.join_next() => report.count(&ended),
                }
            }
            while let Some(ended) = running.join_next().await {
                report.count(&ended);
            }
            report
        };
        let thread = thread::Builder::new()
            .name("background".to_owned())
            .spawn(move || runtime.block_on(run))?;
        Ok(Self { jobs, thread })
    }

    /// Hands a job over, and blocks while there is no room: the caller is slowed down.
    ///
    /// # Errors
    ///
    /// [`Ended`] if `work` panicked when it was called, before its future.
    ///
    /// # Panics
    ///
    /// In async code.
    pub fn submit(&self, job: J) -> Result<(), Ended<J>> {
        self.jobs.blocking_send(job).map_err(|error| Ended(error.0))
    }

    /// Waits until all jobs have ended, then ends the thread.
    ///
    /// # Errors
    ///
    /// The payload if `work` panicked when it was called.
    pub fn finish(self) -> thread::Result<Report> {
        drop(self.jobs);
        self.thread.join()
    }
}

impl Report {
    fn count<E>(&mut self, ended: &Result<(), E>) {
        match ended {
            Ok(()) => self.done += 1,
            Err(_) => self.panicked += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::task::yield_now;

    #[test]
    fn all_jobs_are_done_and_never_more_than_the_limit() -> io::Result<()> {
        let (running, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let highest = Arc::clone(&peak);
        let background = Background::start(3, move |_| {
            let (running, peak) = (Arc::clone(&running), Arc::clone(&peak));
            async move {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                peak.fetch_max(now, Ordering::SeqCst);
                yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
            }
        })?;
        for job in 0..100 {
            assert_eq!(background.submit(job), Ok(()));
        }
        let report = background.finish().expect("no panic");
        assert_eq!((report.done, report.panicked), (100, 0));
        assert!(highest.load(Ordering::SeqCst) <= 3);
        Ok(())
    }

    #[test]
    fn without_jobs_it_ends() -> io::Result<()> {
        let background = Background::start(1, |()| async {})?;
        assert_eq!(background.finish().ok(), Some(Report::default()));
        Ok(())
    }

    #[test]
    fn a_limit_of_nothing_is_one() -> io::Result<()> {
        let background = Background::start(0, |()| async {})?;
        assert_eq!(background.submit(()), Ok(()));
        assert_eq!(background.finish().map(|report| report.done).ok(), Some(1));
        Ok(())
    }

    #[test]
    fn a_job_that_panics_takes_nobody_along() -> io::Result<()> {
        let background =
            Background::start(1, |fails: bool| async move { assert!(!fails, "a bug") })?;
        for fails in [true, false, true] {
            assert_eq!(background.submit(fails), Ok(()));
        }
        let report = background.finish().expect("no panic");
        assert_eq!((report.done, report.panicked), (1, 2));
        Ok(())
    }

    #[test]
    fn a_panic_outside_of_the_jobs_ends_it() -> io::Result<()> {
        let background = Background::start(1, |()| -> std::future::Ready<()> { panic!("a bug") })?;
        while background.submit(()).is_ok() {}
        assert_eq!(background.submit(()), Err(Ended(())));
        assert!(background.finish().is_err());
        Ok(())
    }

    #[test]
    fn timers_work_in_the_background() -> io::Result<()> {
        let background = Background::start(1, tokio::time::sleep)?;
        let moment = std::time::Duration::from_millis(1);
        assert_eq!(background.submit(moment), Ok(()));
        assert_eq!(background.finish().map(|report| report.done).ok(), Some(1));
        Ok(())
    }
}
