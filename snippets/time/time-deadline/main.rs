//! One deadline over several steps, instead of a timeout for each.
//!
//! Use it when a request goes through several steps and its caller waits for all of them together.
//! The deadline is an `Instant` that is set once and passed on: a step gets what the others left. Where
//! all steps stand in one block and end together, one `timeout` around the block does the same.
//!
//! Prevents: timeouts that add up, so that three steps of at most one second take three.

use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Time for all steps together.
const BUDGET: Duration = Duration::from_millis(200);

/// Runs steps of these lengths until `deadline`, and tells how many came to their end.
///
/// A step that is already done counts even after the deadline: `timeout_at` asks the future first.
async fn run(steps: &[Duration], deadline: Instant) -> usize {
    let mut done = 0;
    for &length in steps {
        let step = async {
            if !length.is_zero() {
                sleep(length).await;
            }
        };
        if timeout_at(deadline, step).await.is_err() {
            break;
        }
        done += 1;
    }
    done
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // Two that are done at once, and one that never ends.
    let steps = [Duration::ZERO, Duration::ZERO, Duration::MAX];
    let done = run(&steps, Instant::now() + BUDGET).await;
    println!("{done} of {} steps done within {BUDGET:?}", steps.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_step_gets_what_the_others_left() {
        let start = Instant::now();
        let steps = [ms(300), ms(400), ms(500)];
        assert_eq!(run(&steps, start + ms(1000)).await, 2);
        assert_eq!(start.elapsed(), ms(1000), "and not 300 + 400 + 500");
    }

    #[tokio::test(start_paused = true)]
    async fn steps_that_fit_take_their_own_time() {
        let start = Instant::now();
        assert_eq!(run(&[ms(300), ms(400)], start + ms(700)).await, 2);
        assert_eq!(start.elapsed(), ms(700));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_waits_beyond_a_deadline_that_is_over() {
        let start = Instant::now();
        sleep(ms(50)).await;
        assert_eq!(run(&[Duration::ZERO, ms(1)], start).await, 1);
        assert_eq!(start.elapsed(), ms(50));
    }
}
