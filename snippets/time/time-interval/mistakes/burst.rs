//! After a stall the default behaviour makes up for every missed tick at once.
use std::time::Duration;
use tokio::time::{interval, sleep};

const PERIOD: Duration = Duration::from_millis(50);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // `interval.set_missed_tick_behavior(MissedTickBehavior::Delay)` is missing.
    let mut interval = interval(PERIOD);
    interval.tick().await;
    sleep(5 * PERIOD).await;
    let mut requests = 0;
    // All ticks that are ready without any waiting.
    while tokio::time::timeout(Duration::ZERO, interval.tick())
        .await
        .is_ok()
    {
        requests += 1;
        if requests == 5 {
            println!("{requests} requests at once");
            break;
        }
    }
}
