//! What a runtime tells about its workers and tasks, without `tokio_unstable`.
//!
//! Use it when you want to know how many tasks are alive, how busy the workers are, and whether some
//! poll takes so long that it holds up the rest.
//!
//! Prevents: building with `--cfg tokio_unstable` for numbers that stable Tokio gives, and guessing
//! where a worker is blocked.

use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio_metrics::{RuntimeMetrics, RuntimeMonitor, TaskMetrics, TaskMonitor};

/// Longer between two awaits than this is called slow. Above 100 microseconds others feel it.
const SLOW_POLL: Duration = Duration::from_millis(1);

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = Handle::current();
    // One monitor for each kind of task, shared by all of that kind.
    let requests = TaskMonitor::with_slow_poll_threshold(SLOW_POLL);
    // Each `next` tells what happened since the one before; a program asks every few seconds.
    let mut load = RuntimeMonitor::new(&runtime).intervals();
    let mut since = requests.intervals();

    let mut tasks = JoinSet::new();
    let barrier = Arc::new(Barrier::new(4));
    for _ in 0..3 {
        let barrier = Arc::clone(&barrier);
        tasks.spawn(requests.instrument(async move {
            barrier.wait().await;
        }));
    }
    // Gauges: what is so at this moment.
    let now = runtime.metrics();
    println!("{} workers", now.num_workers());
    println!("{} tasks alive", now.num_alive_tasks());
    barrier.wait().await;
    tasks.join_all().await;

    let blocking = requests.instrument(async { thread::sleep(2 * SLOW_POLL) });
    tokio::spawn(blocking).await?;

    if let (Some(load), Some(since)) = (load.next(), since.next()) {
        eprintln!("{}", report(&load, &since));
    }
    let total = requests.cumulative();
    println!("{} instrumented", total.instrumented_count);
    println!("{} ended", total.dropped_count);
    println!("a slow poll: {}", total.total_slow_poll_count > 0);
    Ok(())
}

/// A line for the log: the load of the runtime and the health of one kind of task.
fn report(load: &RuntimeMetrics, tasks: &TaskMetrics) -> String {
    format!(
        "alive={} queued={} busy={:.2}/{} polls={} slow={} mean_poll={:?} mean_wait={:?}",
        load.live_tasks_count,
        load.global_queue_depth,
        // Of all workers together: 0.50/2 is one quarter of what they could do.
        load.busy_ratio(),
        load.workers_count,
        tasks.total_poll_count,
        tasks.total_slow_poll_count,
        tasks.mean_poll_duration(),
        // From the wake-up to the poll: what a task waits for a free worker.
        tasks.mean_scheduled_duration(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_task_counts_from_its_spawn_to_its_end() {
        let metrics = Handle::current().metrics();
        let before = metrics.num_alive_tasks();
        let task = tokio::spawn(pending::<()>());
        assert_eq!(metrics.num_alive_tasks(), before + 1);
        task.abort();
        assert!(task.await.is_err());
        assert_eq!(metrics.num_alive_tasks(), before);
    }

    #[tokio::test]
    async fn polls_are_counted_and_an_interval_starts_from_zero() {
        let monitor = TaskMonitor::with_slow_poll_threshold(Duration::MAX);
        let mut since = monitor.intervals();
        monitor.instrument(yield_now()).await;
        let first = since.next().unwrap_or_default();
        assert_eq!(
            (first.total_poll_count, first.total_slow_poll_count),
            (2, 0)
        );
        let second = since.next().unwrap_or_default();
        assert_eq!(second.total_poll_count, 0);
        assert_eq!(monitor.cumulative().total_poll_count, 2);
    }

    #[tokio::test]
    async fn with_a_threshold_of_nothing_every_poll_is_slow() {
        let monitor = TaskMonitor::with_slow_poll_threshold(Duration::ZERO);
        monitor.instrument(yield_now()).await;
        assert_eq!(monitor.cumulative().total_slow_poll_count, 2);
    }

    #[test]
    fn a_report_of_two_workers_that_were_busy_for_half_a_second_in_all() {
        let mut load = RuntimeMetrics::default();
        load.workers_count = 2;
        load.live_tasks_count = 3;
        load.elapsed = Duration::from_secs(1);
        load.total_busy_duration = Duration::from_millis(500);
        let mut tasks = TaskMetrics::default();
        tasks.total_poll_count = 4;
        tasks.total_poll_duration = Duration::from_micros(20);
        assert_eq!(
            report(&load, &tasks),
            "alive=3 queued=0 busy=0.50/2 polls=4 slow=0 mean_poll=5µs mean_wait=0ns"
        );
    }
}
