//! The future is lent to `select!` without having been pinned.

use std::time::Duration;
use tokio::time::{interval, sleep};

async fn operation() -> u32 {
    sleep(Duration::from_millis(100)).await;
    42
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut operation = operation();
    let mut ticks = interval(Duration::from_millis(10));
    loop {
        tokio::select! {
            output = &mut operation => break println!("{output}"),
            _ = ticks.tick() => println!("still at it"),
        }
    }
}
