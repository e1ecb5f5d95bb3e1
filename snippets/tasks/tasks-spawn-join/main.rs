//! Spawning tasks, waiting for them, and using their results.
//!
//! Use it when a handful of independent pieces of work should run at the same time and all their results
//! are needed. For many or an unknown number take a `JoinSet`.
//!
//! Prevents: tasks that are lost because `main` returned first, panics that nobody notices, and borrowed
//! or non-`Send` data in a task (each piece owns what it works on).

use std::error::Error;
use std::sync::Arc;

use tokio::task::JoinHandle;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let numbers = Arc::new(vec![0, 1, 2, 3]);

    // All are spawned before the first is awaited: that is what makes them concurrent.
    let tasks: Vec<JoinHandle<u64>> = (0..numbers.len())
        .map(|index| {
            let numbers = Arc::clone(&numbers);
            tokio::spawn(async move { square(numbers[index]).await })
        })
        .collect();

    let mut squares = Vec::with_capacity(tasks.len());
    for task in tasks {
        // A panic arrives here. Leaving `main` ends the other tasks; elsewhere they would run on.
        squares.push(task.await?);
    }
    println!("{squares:?}");
    Ok(())
}

async fn square(number: u64) -> u64 {
    tokio::task::yield_now().await;
    number * number
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn spawned_tasks_wait_at_the_same_time() -> Result<(), Box<dyn Error>> {
        let start = Instant::now();
        let long = tokio::spawn(sleep(Duration::from_secs(3)));
        let short = tokio::spawn(sleep(Duration::from_secs(2)));
        long.await?;
        short.await?;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        Ok(())
    }

    #[tokio::test]
    async fn results_stand_in_the_order_of_spawning() -> Result<(), Box<dyn Error>> {
        let first = tokio::spawn(async {
            tokio::task::yield_now().await;
            1
        });
        let second = tokio::spawn(async { 2 });
        assert_eq!((first.await?, second.await?), (1, 2));
        Ok(())
    }

    #[tokio::test]
    async fn a_panic_stays_in_its_task() {
        let task: JoinHandle<()> = tokio::spawn(async { panic!("only here") });
        assert!(task.await.is_err_and(|error| error.is_panic()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_outlives_its_dropped_handle() {
        let done = Arc::new(AtomicBool::new(false));
        drop(tokio::spawn({
            let done = Arc::clone(&done);
            async move {
                sleep(Duration::from_secs(1)).await;
                done.store(true, Ordering::Relaxed);
            }
        }));
        sleep(Duration::from_secs(2)).await;
        assert!(done.load(Ordering::Relaxed));
    }
}
