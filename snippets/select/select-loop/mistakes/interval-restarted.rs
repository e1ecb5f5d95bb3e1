//! Wrong: a new interval in every turn of the loop, and the first tick of each comes at once.

use std::time::Duration;

use tokio::time::interval;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut ticks = 0;
    while ticks < 3 {
        let mut hourly = interval(Duration::from_secs(60 * 60));
        tokio::select! {
            _ = hourly.tick() => ticks += 1,
            () = std::future::pending() => {}
        }
    }
    println!("ticks of an hourly interval: {ticks}");
}
