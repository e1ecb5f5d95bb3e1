//! The delay doubles without a cap, and after enough failures the arithmetic panics.
use std::time::Duration;

fn delay(attempt: u32) -> Duration {
    // Long before the overflow it means hours; `saturating_pow` and `.min(cap)` end both.
    Duration::from_millis(100 * 2_u64.pow(attempt - 1))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for attempt in [1, 10, 20, 30, 40, 50, 60] {
        println!("failure {attempt}: {} s", delay(attempt).as_secs());
    }
}
