//! A worker pool: N workers, one bounded queue, and no job lost at the end.
//!
//! Use it when jobs keep coming and only so many may be done at once, with a queue that makes the
//! producers wait. For a list of jobs that is there already, `tasks-bounded` is enough.
//!
//! Prevents: a task per job, jobs that are lost at shutdown, and workers that die one by one of
//! jobs that panic.

use futures_util::FutureExt;
use std::future::Future;
use std::{panic::AssertUnwindSafe, sync::Arc};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

/// Jobs that are done at the same time.
pub const WORKERS: usize = 4;
/// Jobs that may wait; then [`mpsc::Sender::send`] waits, and [`mpsc::Sender::try_send`] refuses.
pub const QUEUE: usize = 32;

/// What became of the jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Jobs that were done.
    pub done: u64,
    /// Jobs that panicked; the panic's message went to the panic hook.
    pub panicked: u64,
}

/// The running workers. Dropping them aborts the jobs at work and forgets the queue.
#[derive(Debug)]
pub struct Workers(JoinSet<Report>);

/// Starts `workers` tasks that pass each job to `handle`; counts of 0 work like 1.
///
/// The jobs come from the sender and its clones. A job is taken from the queue in the order it
/// came, and a job that panics does not end its worker.
///
/// # Panics
///
/// Outside of a Tokio runtime, or if `queue` is more than `Semaphore::MAX_PERMITS`.
pub fn start<J, F>(
    workers: usize,
    queue: usize,
    handle: impl Fn(J) -> F + Send + Sync + 'static,
) -> (mpsc::Sender<J>, Workers)
where
    J: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(queue.max(1));
    let (receiver, handle) = (Arc::new(Mutex::new(receiver)), Arc::new(handle));
    let tasks = (0..workers.max(1)).map(|_| work(Arc::clone(&receiver), Arc::clone(&handle)));
    (sender, Workers(tasks.collect()))
}

async fn work<J, F>(jobs: Arc<Mutex<mpsc::Receiver<J>>>, handle: Arc<impl Fn(J) -> F>) -> Report
where
    F: Future<Output = ()>,
{
    let mut report = Report::default();
    loop {
        // A statement of its own: in a `while let` the lock would be held during the job.
        let next = jobs.lock().await.recv().await;
        let Some(job) = next else { return report };
        // `handle` itself may panic too, before there is a future.
        let job = async { handle(job).await };
        match AssertUnwindSafe(job).catch_unwind().await {
            Ok(()) => report.done += 1,
            Err(_) => report.panicked += 1,
        }
    }
}

impl Workers {
    /// Waits until all senders are dropped and every job in the queue has been worked off.
    ///
    /// Not cancel safe: a future that is dropped, by a timeout for instance, aborts the workers.
    pub async fn join(mut self) -> Report {
        let mut total = Report::default();
        while let Some(worker) = self.0.join_next().await {
            // No panic gets here, and nobody else has a handle to abort a worker.
            if let Ok(report) = worker {
                total.done += report.done;
                total.panicked += report.panicked;
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::sync::mpsc::error::TrySendError;
    use tokio::time::{Instant, sleep, timeout};

    const JOB: Duration = Duration::from_millis(10);

    #[derive(Default)]
    struct Gauge {
        now: AtomicUsize,
        peak: AtomicUsize,
    }

    impl Gauge {
        async fn job(&self) {
            let now = 1 + self.now.fetch_add(1, Ordering::Relaxed);
            self.peak.fetch_max(now, Ordering::Relaxed);
            sleep(JOB).await;
            self.now.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn done(done: u64) -> Report {
        Report { done, panicked: 0 }
    }

    #[tokio::test(start_paused = true)]
    async fn four_workers_share_a_hundred_jobs() {
        let gauge = Arc::new(Gauge::default());
        let shared = Arc::clone(&gauge);
        let (jobs, workers) = start(4, 8, move |_: u32| {
            let gauge = Arc::clone(&shared);
            async move { gauge.job().await }
        });
        let begun = Instant::now();
        for job in 0..100 {
            jobs.send(job).await.unwrap();
        }
        drop(jobs);
        assert_eq!(workers.join().await, done(100));
        assert_eq!(begun.elapsed(), JOB * 25);
        assert_eq!(gauge.peak.load(Ordering::Relaxed), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_refuses_or_makes_wait() {
        let (jobs, workers) = start(1, 2, |()| sleep(JOB));
        let begun = Instant::now();
        jobs.send(()).await.unwrap();
        tokio::task::yield_now().await;
        jobs.try_send(()).unwrap();
        jobs.try_send(()).unwrap();
        assert_eq!(jobs.try_send(()), Err(TrySendError::Full(())));
        jobs.send(()).await.unwrap();
        assert_eq!(begun.elapsed(), JOB);
        drop(jobs);
        assert_eq!(workers.join().await, done(4));
    }

    #[tokio::test(start_paused = true)]
    async fn one_worker_takes_the_jobs_in_order() {
        let (seen, mut order) = mpsc::unbounded_channel();
        let (jobs, workers) = start(1, 3, move |job: u32| {
            let sent = seen.send(job);
            async move { sent.unwrap() }
        });
        for job in 0..10 {
            jobs.send(job).await.unwrap();
        }
        drop(jobs);
        assert_eq!(workers.join().await, done(10));
        for job in 0..10 {
            assert_eq!(order.recv().await, Some(job));
        }
        assert_eq!(order.recv().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_that_panic_are_counted_and_kill_no_worker() {
        let (jobs, workers) = start(2, 4, |job: u32| {
            assert!(job % 3 != 0, "before the future");
            async move { assert!(job % 3 != 1, "in the future") }
        });
        for job in 0..9 {
            jobs.send(job).await.unwrap();
        }
        drop(jobs);
        let report = workers.join().await;
        assert_eq!((report.done, report.panicked), (3, 6));
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_for_the_last_sender() {
        let (jobs, workers) = start(2, 2, |()| sleep(JOB));
        let begun = Instant::now();
        tokio::spawn(async move {
            sleep(JOB * 3).await;
            jobs.send(()).await.unwrap();
        });
        assert_eq!(workers.join().await, done(1));
        assert_eq!(begun.elapsed(), JOB * 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_drain_that_takes_too_long_aborts_the_jobs() {
        let (jobs, workers) = start(2, 4, |()| std::future::pending());
        for _ in 0..4 {
            jobs.send(()).await.unwrap();
        }
        assert!(timeout(JOB, workers.join()).await.is_err());
        jobs.closed().await;
        assert!(jobs.send(()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn counts_of_zero_work_like_one() {
        let (jobs, workers) = start(0, 0, |()| sleep(JOB));
        for _ in 0..3 {
            jobs.send(()).await.unwrap();
        }
        drop(jobs);
        let begun = Instant::now();
        assert_eq!(workers.join().await, done(3));
        assert_eq!(begun.elapsed(), JOB * 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_job_is_done_once_on_many_threads() {
        let sum = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&sum);
        let (jobs, workers) = start(WORKERS, QUEUE, move |job: usize| {
            shared.fetch_add(job, Ordering::Relaxed);
            tokio::task::yield_now()
        });
        let producers: JoinSet<_> = (0..4)
            .map(|_| {
                let jobs = jobs.clone();
                async move {
                    for job in 1..=250 {
                        jobs.send(job).await.unwrap();
                    }
                }
            })
            .collect();
        producers.join_all().await;
        drop(jobs);
        assert_eq!(workers.join().await, done(1000));
        assert_eq!(sum.load(Ordering::Relaxed), 4 * 250 * 251 / 2);
    }
}
