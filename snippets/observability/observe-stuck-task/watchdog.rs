//! Names the task that is stuck, and says whether it waits or blocks.
//!
//! Use it when a service stands still now and then and shows nothing: wrap the futures of its
//! long-lived tasks in `watch`, and let a plain thread ask for `stuck` every few seconds.
//!
//! Prevents: hangs that leave no trace, and a watchdog that is a task itself and so stands still
//! together with the worker it should watch.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::time::{Duration, Instant};

/// The tasks that are watched. Clones watch the same ones.
#[derive(Clone, Debug, Default)]
pub struct Watchdog {
    tasks: Arc<Mutex<Vec<Weak<Task>>>>,
}

/// What a task has been doing for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It waits at an `.await` and nothing wakes it: a lock, a full queue, a reply that never comes.
    Waiting,
    /// It has not come to an `.await`: blocking code or a long computation holds its worker.
    Blocking,
}

/// A task that has done the same for longer than its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// As given to [`Watchdog::watch`].
    pub name: String,
    /// What it is doing.
    pub doing: Doing,
    /// For how long.
    pub since: Duration,
}

#[derive(Debug)]
struct Task {
    name: String,
    limit: Duration,
    now: Mutex<(Doing, Instant)>,
}

impl Task {
    fn begin(&self, doing: Doing) {
        *lock(&self.now) = (doing, Instant::now());
    }
}

impl Watchdog {
    /// Watches `future` from now until it ends or is dropped.
    ///
    /// It is stuck when one poll of it, or one wait between two, takes `limit` or longer: choose a
    /// limit above its longest rightful wait. Cancel safe if `future` is.
    pub fn watch<F: Future>(
        &self,
        name: &str,
        limit: Duration,
        future: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let task = Arc::new(Task {
            name: name.to_owned(),
            limit,
            now: Mutex::new((Doing::Waiting, Instant::now())),
        });
        let mut tasks = lock(&self.tasks);
        // Before the list has to grow: so it stays below twice the most that were alive at once.
        if tasks.len() == tasks.capacity() {
            tasks.retain(|task| task.strong_count() > 0);
        }
        tasks.push(Arc::downgrade(&task));
        drop(tasks);

        async move {
            let mut future = pin!(future);
            poll_fn(|context| {
                task.begin(Doing::Blocking);
                let poll = future.as_mut().poll(context);
                task.begin(Doing::Waiting);
                poll
            })
            .await
        }
    }

    /// The tasks that are stuck, oldest first. Callable from any thread; it does not block.
    ///
    /// While one is `Blocking`, others may be `Waiting` only for its worker.
    pub fn stuck(&self) -> Vec<Stuck> {
        let tasks: Vec<_> = lock(&self.tasks).iter().filter_map(Weak::upgrade).collect();
        let stuck = tasks.iter().filter_map(|task| {
            let (doing, begun) = *lock(&task.now);
            let since = begun.elapsed();
            (since >= task.limit).then(|| Stuck {
                name: task.name.clone(),
                doing,
                since,
            })
        });
        stuck.collect()
    }
}

/// No code of the user's runs under these locks, so what they guard is whole even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::task::yield_now;
    use tokio::time::{advance, sleep};

    const LIMIT: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_task_that_nothing_wakes_is_stuck_at_its_limit() {
        let watchdog = Watchdog::default();
        let task = tokio::spawn(watchdog.watch("mailer", LIMIT, pending::<()>()));
        yield_now().await;
        advance(Duration::from_millis(29_999)).await;
        assert_eq!(watchdog.stuck(), []);
        advance(Duration::from_millis(1)).await;
        let stuck = Stuck {
            name: "mailer".into(),
            doing: Doing::Waiting,
            since: LIMIT,
        };
        assert_eq!(watchdog.clone().stuck(), [stuck]);
        task.abort();
        assert!(task.await.is_err());
        assert_eq!(watchdog.stuck(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_is_woken_in_time_is_never_stuck() {
        let watchdog = Watchdog::default();
        let work = async {
            for _ in 0..3 {
                sleep(LIMIT / 2).await;
                assert_eq!(watchdog.stuck(), []);
            }
            "done"
        };
        assert_eq!(watchdog.watch("worker", LIMIT, work).await, "done");
        advance(LIMIT).await;
        assert_eq!(watchdog.stuck(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn inside_a_poll_the_task_is_blocking() {
        let watchdog = Watchdog::default();
        let seen = watchdog
            .watch("importer", Duration::ZERO, async { watchdog.stuck() })
            .await;
        assert_eq!(seen[0].doing, Doing::Blocking);
    }

    #[tokio::test]
    async fn a_panic_does_not_leave_the_task_behind() {
        let watchdog = Watchdog::default();
        let task = watchdog.watch("worker", Duration::ZERO, async { panic!("as planned") });
        assert!(tokio::spawn(task).await.is_err());
        assert_eq!(watchdog.stuck(), []);
    }

    #[test]
    fn the_list_does_not_grow_with_tasks_that_ended() {
        let watchdog = Watchdog::default();
        let _kept = watchdog.watch("kept", LIMIT, pending::<()>());
        for _ in 0..1000 {
            drop(watchdog.watch("short", LIMIT, pending::<()>()));
        }
        assert!(lock(&watchdog.tasks).len() <= 4);
    }
}
