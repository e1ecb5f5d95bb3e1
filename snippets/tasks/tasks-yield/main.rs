//! A long loop that lets other tasks run.
//!
//! Use it when a task computes for more than some 100 microseconds without waiting for anything,
//! and yet not for so long that it belongs on another thread.
//!
//! Prevents: a worker that answers nobody while one task loops: timers fire late, connections stand
//! still, and no timeout or abort reaches the loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::{JoinError, yield_now};

/// How many numbers are added up between two pauses. To be chosen so that a stretch takes 10 to
/// 100 microseconds.
const STRETCH: usize = 10_000;

/// Adds up the squares, and gives way to other tasks after each stretch.
///
/// It can be aborted, and timeouts are noticed, at each pause.
async fn sum_of_squares(numbers: &[u64]) -> u64 {
    let mut sum: u64 = 0;
    for stretch in numbers.chunks(STRETCH) {
        for number in stretch {
            sum = sum.wrapping_add(number.wrapping_mul(*number));
        }
        yield_now().await;
    }
    sum
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let turns = Arc::new(AtomicUsize::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
            }
        }
    });

    let numbers: Vec<u64> = (1..=100_000).collect();
    let sum = tokio::spawn(async move { sum_of_squares(&numbers).await }).await?;
    println!("sum {sum}");
    println!("others had turns: {}", turns.load(Ordering::Relaxed) > 0);
    other.abort();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn others_have_a_turn_after_each_stretch() {
        let turns = Arc::new(AtomicUsize::new(0));
        let other = Arc::clone(&turns);
        tokio::spawn(async move {
            loop {
                other.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
            }
        });
        assert_eq!(
            sum_of_squares(&vec![2; 2 * STRETCH + 1]).await,
            4 * u64::try_from(2 * STRETCH + 1).unwrap()
        );
        assert_eq!(turns.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn nothing_to_do_is_no_pause() {
        assert_eq!(sum_of_squares(&[]).await, 0);
    }

    #[tokio::test]
    async fn an_abort_ends_it_at_a_pause() {
        let numbers = vec![1; 100 * STRETCH];
        let task = tokio::spawn(async move { sum_of_squares(&numbers).await });
        yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_is_noticed_between_stretches() {
        let numbers = vec![1; STRETCH];
        let mut rounds = 0;
        let forever = async {
            loop {
                sum_of_squares(&numbers).await;
                rounds += 1;
                // The paused clock moves only when it is told to.
                tokio::time::advance(Duration::from_secs(1)).await;
            }
        };
        assert!(timeout(Duration::from_secs(3), forever).await.is_err());
        assert_eq!(rounds, 3);
    }
}
