//! Exact tests of timers and timeouts, in no real time.
//!
//! Use it when code waits: retries, intervals, timeouts, caches. A test with
//! `#[tokio::test(start_paused = true)]` runs on a clock that jumps to the next timer whenever every task
//! is waiting, so durations can be compared with `==`.
//!
//! Prevents: slow tests that sleep for real, and flaky ones that compare wall-clock time with a bound.

use std::time::Duration;

use tokio::time::error::Elapsed;
use tokio::time::{sleep, timeout};

/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Elapsed> {
    let mut left = 3;
    let looks = wait_until(Duration::from_secs(10), || {
        left -= 1;
        left == 0
    })
    .await?;
    println!("ready at look {looks}");
    Ok(())
}

/// Looks at once and then every `PERIOD` until `ready` says yes; gives the number of looks.
///
/// # Errors
///
/// If it is not ready within `limit`.
async fn wait_until(limit: Duration, mut ready: impl FnMut() -> bool) -> Result<u32, Elapsed> {
    timeout(limit, async {
        let mut looks = 1;
        while !ready() {
            sleep(PERIOD).await;
            looks += 1;
        }
        looks
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;
    use tokio::task::{JoinError, spawn_blocking};
    use tokio::time::{Instant, advance};

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_time_between_looks_is_exact() -> Result<(), Elapsed> {
        let start = Instant::now();
        let mut looks = 0;
        let ready = || {
            looks += 1;
            looks == 3
        };
        assert_eq!(wait_until(60 * SECOND, ready).await?, 3);
        assert_eq!(start.elapsed(), PERIOD * 2);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_ready_at_once_takes_no_time() -> Result<(), Elapsed> {
        let start = Instant::now();
        assert_eq!(wait_until(SECOND, || true).await?, 1);
        assert_eq!(start.elapsed(), Duration::ZERO);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_at_the_limit_and_not_later() {
        let start = Instant::now();
        assert!(wait_until(10 * SECOND, || false).await.is_err());
        assert_eq!(start.elapsed(), 10 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_waits_take_as_long_as_the_longest() {
        let start = Instant::now();
        tokio::join!(sleep(SECOND), sleep(3 * SECOND), sleep(2 * SECOND));
        assert_eq!(start.elapsed(), 3 * SECOND);
    }

    /// Spawns a task that counts one up every 100 ms.
    fn count() -> Arc<AtomicU32> {
        let count = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&count);
        tokio::spawn(async move {
            loop {
                sleep(SECOND / 10).await;
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        count
    }

    #[tokio::test(start_paused = true)]
    async fn sleep_lets_every_timer_in_between_fire() {
        let count = count();
        sleep(SECOND + SECOND / 20).await;
        assert_eq!(count.load(Ordering::Relaxed), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn advance_is_one_jump_like_a_frozen_process() {
        let count = count();
        // Lets the task start its first sleep.
        tokio::task::yield_now().await;
        advance(SECOND + SECOND / 20).await;
        tokio::task::yield_now().await;
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_waits_for_blocking_tasks() -> Result<(), JoinError> {
        let start = Instant::now();
        let job = spawn_blocking(|| thread::sleep(Duration::from_millis(2)));
        timeout(SECOND, job)
            .await
            .expect("the timeout does not fire")?;
        assert_eq!(start.elapsed(), Duration::ZERO);
        Ok(())
    }
}
