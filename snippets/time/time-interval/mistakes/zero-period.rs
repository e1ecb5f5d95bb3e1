//! A period that was computed or configured as zero panics.
use std::time::Duration;
use tokio::time::interval;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let per_second = 2000;
    // Whole milliseconds: the division gives 0.
    let mut interval = interval(Duration::from_millis(1000 / per_second));
    interval.tick().await;
}
