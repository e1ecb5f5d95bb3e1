//! Limit how much runs at the same time, also by weight.
//!
//! Use it when a resource bears only so many users at once, or so many units: connections, open
//! files, memory. Each job takes its share before it starts and gives it back when it ends.
//!
//! Prevents: a permit that is dropped before the work begins, so that nothing is limited; and a
//! request for more than there is, which waits for ever.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

/// How many units may be in use at the same time.
const TOTAL: u32 = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let budget = Budget::new(TOTAL);
    let in_use = Arc::new(AtomicU32::new(0));
    let mut jobs = JoinSet::new();
    for units in [1, 1, TOTAL, 1, TOTAL.div_ceil(2), 1] {
        // Before the spawn, so that a job that has to wait is not even a task yet.
        let permit = budget.take(units).await?;
        let in_use = Arc::clone(&in_use);
        jobs.spawn(async move {
            let most = in_use.fetch_add(units, Ordering::Relaxed) + units;
            tokio::task::yield_now().await;
            in_use.fetch_sub(units, Ordering::Relaxed);
            // Naming the permit moves it into the task; it comes back here, or when a panic or an
            // abort drops it.
            drop(permit);
            most
        });
    }
    let most = jobs.join_all().await;
    println!("{} jobs done", most.len());
    println!("within the budget: {}", most.iter().all(|&m| m <= TOTAL));

    println!("too much: {:?}", budget.take(TOTAL + 1).await.err());
    budget.close();
    println!("closed: {:?}", budget.take(1).await.err());
    Ok(())
}

/// Units that jobs take and give back. First come, first served: a large request is not overtaken
/// by smaller ones behind it.
struct Budget {
    free: Arc<Semaphore>,
    total: u32,
}

#[derive(Debug, PartialEq)]
enum Refused {
    /// More than the whole budget.
    TooMuch,
    /// No new jobs are admitted.
    Closed,
}

impl Budget {
    fn new(total: u32) -> Self {
        Self {
            free: Arc::new(Semaphore::new(total as usize)),
            total,
        }
    }

    /// Waits until so many units are free; dropping the permit gives them back.
    async fn take(&self, units: u32) -> Result<OwnedSemaphorePermit, Refused> {
        if units > self.total {
            return Err(Refused::TooMuch);
        }
        let free = Arc::clone(&self.free);
        free.acquire_many_owned(units)
            .await
            .map_err(|_| Refused::Closed)
    }

    /// Refuses those that wait and those that come; jobs that run keep their units.
    fn close(&self) {
        self.free.close();
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooMuch => "more than the whole budget",
            Self::Closed => "no new jobs are admitted",
        })
    }
}

impl Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::{Instant, sleep, timeout};

    const JOB: Duration = Duration::from_millis(100);

    #[tokio::test(start_paused = true)]
    async fn ten_jobs_three_at_a_time() {
        let start = Instant::now();
        let (budget, running) = (Budget::new(3), Arc::new(AtomicU32::new(0)));
        let mut jobs = JoinSet::new();
        for _ in 0..10 {
            let permit = budget.take(1).await.unwrap();
            let running = Arc::clone(&running);
            jobs.spawn(async move {
                let now = running.fetch_add(1, Ordering::Relaxed) + 1;
                sleep(JOB).await;
                running.fetch_sub(1, Ordering::Relaxed);
                drop(permit);
                now
            });
        }
        assert_eq!(jobs.join_all().await.into_iter().max(), Some(3));
        assert_eq!(start.elapsed(), 4 * JOB);
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_request_is_not_overtaken() {
        let budget = Budget::new(3);
        let held = budget.take(1).await.unwrap();
        let order = std::cell::RefCell::new(Vec::new());
        tokio::join!(
            biased;
            async {
                let _all = budget.take(3).await.unwrap();
                order.borrow_mut().push("large");
            },
            async {
                let _one = budget.take(1).await.unwrap();
                order.borrow_mut().push("small");
            },
            async {
                sleep(JOB).await;
                drop(held);
            }
        );
        assert_eq!(*order.borrow(), ["large", "small"]);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_refuses_who_waits_but_not_who_runs() {
        let budget = Budget::new(1);
        let running = budget.take(1).await.unwrap();
        let (waiting, ()) = tokio::join!(budget.take(1), async {
            sleep(JOB).await;
            budget.close();
        });
        assert_eq!(waiting.err(), Some(Refused::Closed));
        assert_eq!(budget.free.available_permits(), 0);
        drop(running);
        assert_eq!(budget.free.available_permits(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_while_waiting_takes_nothing() {
        let budget = Budget::new(2);
        let held = budget.take(1).await.unwrap();
        assert!(timeout(JOB, budget.take(2)).await.is_err());
        assert_eq!(budget.free.available_permits(), 1);
        drop(held);
        assert_eq!(budget.free.available_permits(), 2);
    }

    #[tokio::test]
    async fn a_panic_gives_the_units_back() {
        let budget = Budget::new(1);
        let permit = budget.take(1).await.unwrap();
        let job = tokio::spawn(async move {
            let _permit = permit;
            panic!("while working");
        });
        assert!(job.await.is_err());
        assert!(budget.take(1).await.is_ok());
    }

    #[tokio::test]
    async fn more_than_everything_is_refused_at_once() {
        let budget = Budget::new(2);
        assert_eq!(budget.take(3).await.err(), Some(Refused::TooMuch));
        assert!(budget.take(2).await.is_ok());
    }
}
