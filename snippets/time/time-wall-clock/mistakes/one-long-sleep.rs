//! The time until the run is computed once, and slept in one piece.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{sleep, timeout};

const HOUR: Duration = Duration::from_secs(3_600);

async fn run_at(due: SystemTime, now: SystemTime) {
    sleep(due.duration_since(now).unwrap_or_default()).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wall = Cell::new(UNIX_EPOCH + HOUR * 2);
    let run = run_at(UNIX_EPOCH + HOUR * 3, wall.get());
    // Stands for a suspend: the clock on the wall has gone on, that of the timers has not.
    wall.set(UNIX_EPOCH + HOUR * 4);
    if timeout(Duration::from_millis(100), run).await.is_err() {
        println!("it is four o'clock, and the run of three is still asleep");
    }
}
