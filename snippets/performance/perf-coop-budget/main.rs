//! The coop budget: why a busy task gives way, and how your own loop does the same.
//!
//! Use it when a task always has something to do and the others on its worker wait: receiving from
//! a channel that is never empty gives way by itself, a loop over data in memory does not.
//!
//! Prevents: loops that starve their neighbours although they are full of `.await`s, and queues
//! that seem to be empty when only the budget is used up.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::mpsc;
use tokio::task::{JoinError, coop};

/// Messages or items that are there at once, so that nobody ever has to wait for one.
const ITEMS: u32 = 1000;

type Steps = Arc<AtomicU32>;

/// Each receive takes one unit of the task's budget; with none left it gives way to other tasks.
async fn receive_all(mut items: mpsc::UnboundedReceiver<u32>, steps: Steps) {
    while items.recv().await.is_some() {
        steps.fetch_add(1, Ordering::Relaxed);
    }
}

/// An `.await` of what is ready is no break: this loop has to ask for its share of the budget.
async fn work_through(items: std::ops::Range<u32>, fair: bool, steps: Steps) {
    for item in items {
        if fair {
            coop::consume_budget().await;
        }
        // Stands for a value that is in a cache.
        std::future::ready(item).await;
        steps.fetch_add(1, Ordering::Relaxed);
    }
}

fn full_channel() -> mpsc::UnboundedReceiver<u32> {
    let (sender, items) = mpsc::unbounded_channel();
    for item in 0..ITEMS {
        let _ = sender.send(item);
    }
    items
}

/// Runs `work` as a task, and gives its steps at the time when the next task had its turn.
async fn steps_before_others<F>(work: impl FnOnce(Steps) -> F) -> Result<u32, JoinError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let steps = Steps::default();
    let work = tokio::spawn(work(Arc::clone(&steps)));
    let other = tokio::spawn(async move { steps.load(Ordering::Relaxed) });
    work.await?;
    other.await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let received = steps_before_others(|steps| receive_all(full_channel(), steps)).await?;
    println!("others ran after {received} receives");

    // Only for work that is known to be short: this worker runs nothing else meanwhile, and a
    // timeout around it does not fire.
    let unconstrained =
        steps_before_others(|steps| coop::unconstrained(receive_all(full_channel(), steps)))
            .await?;
    println!("unconstrained: after {unconstrained}");

    for fair in [false, true] {
        let steps = steps_before_others(|steps| work_through(0..ITEMS, fair, steps)).await?;
        println!("own loop, fair {fair}: after {steps}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;
    use tokio::task::yield_now;

    /// Tokio does not promise the number, so a change of it belongs here.
    const BUDGET: u32 = 128;

    #[tokio::test]
    async fn receiving_gives_way_when_the_budget_is_used_up() {
        let steps = steps_before_others(|steps| receive_all(full_channel(), steps));
        assert_eq!(steps.await.unwrap(), BUDGET);
    }

    #[tokio::test]
    async fn unconstrained_does_not() {
        let work = |steps| coop::unconstrained(receive_all(full_channel(), steps));
        assert_eq!(steps_before_others(work).await.unwrap(), ITEMS);
    }

    #[tokio::test]
    async fn a_loop_gives_way_only_if_it_consumes_budget() {
        for (fair, expected) in [(false, ITEMS), (true, BUDGET)] {
            let work = |steps| work_through(0..ITEMS, fair, steps);
            assert_eq!(steps_before_others(work).await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn a_future_can_be_made_cooperative() {
        let work = |steps: Steps| async move {
            for _ in 0..ITEMS {
                coop::cooperative(ready(())).await;
                steps.fetch_add(1, Ordering::Relaxed);
            }
        };
        assert_eq!(steps_before_others(work).await.unwrap(), BUDGET);
    }

    #[tokio::test]
    async fn every_turn_begins_with_a_full_budget() {
        let task = tokio::spawn(async {
            let mut spent = Vec::new();
            for _ in 0..2 {
                let mut units = 0;
                while coop::has_budget_remaining() {
                    coop::consume_budget().await;
                    units += 1;
                }
                spent.push(units);
                yield_now().await;
            }
            spent
        });
        assert_eq!(task.await.unwrap(), [BUDGET, BUDGET]);
    }
}
