//! Sleeping for a period after the work makes each round longer than the period.
use std::time::Duration;
use tokio::time::{Instant, sleep};

const PERIOD: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    for _ in 0..4 {
        sleep(PERIOD).await;
        // The work of a round.
        sleep(PERIOD / 2).await;
    }
    // An interval would have begun the fourth round after 4 periods and ended it after 4.5.
    let rounds = start.elapsed().as_micros() / PERIOD.as_micros();
    if rounds > 5 {
        println!("4 rounds took the time of more than 5");
    }
}
