//! Wrong: an interval that nobody waited for makes up for every tick that it missed.

use std::time::Duration;
use tokio::time::{interval, sleep, timeout};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut limiter = interval(Duration::from_millis(10));
    // Nothing to do for a while.
    sleep(Duration::from_millis(200)).await;

    let mut at_once = 0;
    for _ in 0..20 {
        at_once += u32::from(timeout(Duration::ZERO, limiter.tick()).await.is_ok());
    }
    println!("{at_once} calls at once, at a limit of one every 10 ms");
}
