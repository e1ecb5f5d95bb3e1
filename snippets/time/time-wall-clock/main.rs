//! A laptop is closed at two and opened at four; the run of three o'clock comes at once.

use daily::{AT, Daily, RECHECK};
use std::cell::Cell;
use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub mod daily;

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // What a program writes; the log may name when that is.
    let nightly = Daily::new(AT, RECHECK, SystemTime::now);
    let midnight = nightly.due() - AT;
    let seconds = midnight.duration_since(UNIX_EPOCH)?.as_secs();
    println!("whole days: {}", seconds % 86_400 == 0);

    // A clock that is set by hand, and looked at every few milliseconds.
    let wall = Cell::new(UNIX_EPOCH + HOUR * 2);
    let mut daily = Daily::new(HOUR * 3, Duration::from_millis(5), || wall.get());
    let opened = async { wall.set(UNIX_EPOCH + HOUR * 4) };
    let (due, ()) = tokio::join!(daily.next(), opened);
    println!("late by {:?}", wall.get().duration_since(due)?);
    println!(
        "the next one in {:?}",
        daily.due().duration_since(wall.get())?
    );
    Ok(())
}
