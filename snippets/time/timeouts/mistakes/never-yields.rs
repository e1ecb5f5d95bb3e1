//! The timeout is shorter than the work, but the work reaches no await: nothing can stop it.
use std::time::{Duration, Instant};
use tokio::time::timeout;

fn heavy_work(duration: Duration) -> &'static str {
    let start = Instant::now();
    while start.elapsed() < duration {
        std::hint::spin_loop();
    }
    "finished"
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit = Duration::from_millis(1);
    let work = async { heavy_work(50 * limit) };
    match timeout(limit, work).await {
        Ok(outcome) => println!("{outcome}, at 50 times the limit and without an error"),
        Err(elapsed) => println!("{elapsed}"),
    }
}
