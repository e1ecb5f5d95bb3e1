//! The loop's first turn moves the future into `select!`; the second has none.

use std::time::Duration;
use tokio::time::{interval, sleep};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let operation = sleep(Duration::from_millis(100));
    let mut ticks = interval(Duration::from_millis(10));
    loop {
        tokio::select! {
            () = operation => break,
            _ = ticks.tick() => println!("still at it"),
        }
    }
}
