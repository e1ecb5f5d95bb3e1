//! Tasks that end together with what owns them.
//!
//! Use it when a background task serves one value, one connection or one call and is of no use
//! after it. An `AbortOnDropHandle` stops the task on every way out: return, `?`, timeout, panic.
//!
//! Prevents: work that goes on unseen after a timeout or an early return, because dropping a
//! `JoinHandle` only detaches its task.

use std::error::Error;
use std::future::{Future, pending};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Timeout, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

/// How often the sensor is read.
const PERIOD: Duration = Duration::from_millis(10);
/// How long a call may take.
const TIMEOUT: Duration = Duration::from_millis(20);

/// A value that a task of its own keeps up to date.
struct Sensor {
    latest: watch::Receiver<u32>,
    // Never read: it is here to be dropped with the rest.
    _reader: AbortOnDropHandle<()>,
}

impl Sensor {
    fn start() -> Self {
        let (readings, latest) = watch::channel(0);
        let reader = tokio::spawn(async move {
            loop {
                sleep(PERIOD).await;
                readings.send_modify(|reading| *reading += 1);
            }
        });
        Self {
            latest,
            _reader: AbortOnDropHandle::new(reader),
        }
    }
}

/// Waits for the task, and stops it when the time is up or when this call itself is dropped.
///
/// The time runs from here on. `Err` means too late, `Ok(Err(_))` that the task panicked.
// Not `async`: a call that is dropped before its first poll must stop the task too.
fn call<T>(limit: Duration, task: JoinHandle<T>) -> Timeout<AbortOnDropHandle<T>> {
    timeout(limit, AbortOnDropHandle::new(task))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let sensor = Sensor::start();
    let mut latest = sensor.latest.clone();
    latest.wait_for(|&reading| reading >= 2).await?;
    drop(sensor);
    // Like `abort`, the drop only asks. The task is gone when what it held is gone.
    while latest.changed().await.is_ok() {}
    println!("sensor dropped: its task is gone");

    let (work, gone) = endless();
    let outcome = call(TIMEOUT, tokio::spawn(work)).await;
    println!("timed out: {}", outcome.is_err());
    println!("its task is gone: {}", gone.await.is_err());

    let (work, gone) = endless();
    let mut tasks = JoinSet::new();
    tasks.spawn(work);
    drop(tasks);
    println!("JoinSet dropped, its task is gone: {}", gone.await.is_err());
    Ok(())
}

/// Work without an end, and a receiver that fails when the work is dropped.
fn endless() -> (impl Future<Output = ()>, oneshot::Receiver<()>) {
    let (alive, gone) = oneshot::channel();
    let work = async move {
        let _alive = alive;
        pending::<()>().await;
    };
    (work, gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::yield_now;
    use tokio_util::task::AbortOnDrop;

    /// A task that counts for ever, and its counter.
    fn counter() -> (JoinHandle<()>, watch::Receiver<u32>) {
        let (count, counted) = watch::channel(0);
        let task = tokio::spawn(async move {
            loop {
                count.send_modify(|count| *count += 1);
                yield_now().await;
            }
        });
        (task, counted)
    }

    #[tokio::test]
    async fn a_dropped_join_handle_detaches() {
        let (task, mut counted) = counter();
        drop(task);
        counted.wait_for(|&count| count >= 10).await.unwrap();
    }

    #[tokio::test]
    async fn a_dropped_abort_on_drop_handle_aborts() {
        let (task, mut counted) = counter();
        let task = AbortOnDropHandle::new(task);
        counted.wait_for(|&count| count >= 10).await.unwrap();
        drop(task);
        assert!(counted.wait_for(|&count| count >= 1000).await.is_err());
    }

    #[tokio::test]
    async fn a_dropped_join_set_aborts_all() {
        let (mut tasks, mut receivers) = (JoinSet::new(), Vec::new());
        for _ in 0..3 {
            let (work, gone) = endless();
            tasks.spawn(work);
            receivers.push(gone);
        }
        yield_now().await;
        drop(tasks);
        for gone in receivers {
            assert!(gone.await.is_err());
        }
    }

    #[tokio::test]
    async fn one_task_of_a_set_can_have_an_owner() {
        let mut tasks = JoinSet::new();
        let (work, _gone) = endless();
        let owner = AbortOnDrop::new(tasks.spawn(work));
        tasks.spawn(async {});
        assert!(tasks.join_next().await.unwrap().is_ok());
        drop(owner);
        let ended = tasks.join_next().await.unwrap();
        assert!(ended.is_err_and(|error| error.is_cancelled()));
    }

    #[tokio::test]
    async fn a_panic_of_the_owner_stops_the_task() {
        let (work, gone) = endless();
        let owner = tokio::spawn(async move {
            let _task = AbortOnDropHandle::new(tokio::spawn(work));
            panic!("a bug");
        });
        assert!(owner.await.is_err_and(|error| error.is_panic()));
        assert!(gone.await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_in_time_gives_its_result() {
        let task = tokio::spawn(async {
            sleep(TIMEOUT / 2).await;
            5
        });
        assert!(matches!(call(TIMEOUT, task).await, Ok(Ok(5))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_call_stops_its_task() {
        let (work, gone) = endless();
        let call = call(Duration::MAX, tokio::spawn(work));
        assert!(timeout(TIMEOUT, call).await.is_err());
        assert!(gone.await.is_err());
    }

    #[tokio::test]
    async fn so_does_one_that_was_never_polled() {
        let (work, gone) = endless();
        drop(call(TIMEOUT, tokio::spawn(work)));
        assert!(gone.await.is_err());
    }

    #[tokio::test]
    async fn detach_gives_the_plain_handle_back() {
        let (task, mut counted) = counter();
        drop(AbortOnDropHandle::new(task).detach());
        counted.wait_for(|&count| count >= 10).await.unwrap();
    }
}
