//! Every step has the whole limit, so the request may take the limit times the number of steps.
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

const LIMIT: Duration = Duration::from_millis(40);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    for _ in 0..3 {
        let step = sleep(LIMIT / 2);
        // Should be `timeout_at(start + LIMIT, step)`.
        let _ = timeout(LIMIT, step).await;
    }
    if start.elapsed() > LIMIT {
        println!("the request took longer than its limit");
    }
}
