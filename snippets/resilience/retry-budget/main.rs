//! A thousand calls to a service that is down: three attempts each would be two thousand retries.

use retry_budget::{PERCENT, RESERVE, RetryBudget};
use std::cell::Cell;

pub mod retry_budget;

const MAX_ATTEMPTS: u32 = 3;

/// Stands for a request to a service that is down.
async fn request(sent: &Cell<u32>) -> Result<(), &'static str> {
    sent.set(sent.get() + 1);
    tokio::task::yield_now().await;
    Err("down")
}

/// Without a pause between the attempts, to be short: `retry-backoff` has one.
async fn call(budget: &RetryBudget, sent: &Cell<u32>) -> Result<(), &'static str> {
    budget.on_call();
    let mut answer = request(sent).await;
    for _ in 1..MAX_ATTEMPTS {
        if answer.is_ok() || !budget.try_retry() {
            break;
        }
        answer = request(sent).await;
    }
    answer
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let budget = RetryBudget::new(PERCENT, RESERVE);
    let (sent, mut failed) = (Cell::new(0), 0);
    for _ in 0..1000 {
        failed += u32::from(call(&budget, &sent).await.is_err());
    }
    println!("{failed} calls failed, {} retries", sent.get() - failed);
}
