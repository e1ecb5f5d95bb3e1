//! The delay doubles without a cap: soon it means days, and in the end the arithmetic panics.
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut delay = Duration::from_millis(100);
    for failure in 1..=100 {
        println!("failure {failure}: {} s to wait", delay.as_secs());
        // Should be `delay.saturating_mul(2).min(cap)`.
        delay *= 2;
    }
}
