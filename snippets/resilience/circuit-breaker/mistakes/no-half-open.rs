//! When the pause is over, this breaker has forgotten everything: it lets the whole crowd in.
use std::time::Duration;
use tokio::time::{Instant, sleep};

const RECOVERY: Duration = Duration::from_millis(20);

struct Breaker {
    failures: u32,
    last_failure: Instant,
}

impl Breaker {
    // Only open or closed: after `RECOVERY` nothing counts who has been let in.
    fn is_open(&self) -> bool {
        self.failures >= 3 && self.last_failure.elapsed() < RECOVERY
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let breaker = Breaker {
        failures: 3,
        last_failure: Instant::now(),
    };
    sleep(RECOVERY).await;
    let admitted = (0..100).filter(|_| !breaker.is_open()).count();
    println!("admitted {admitted} of 100 calls to a service that may still be down");
}
