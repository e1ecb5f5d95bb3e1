//! Wrong: an interval has no end, so there is nothing to collect, ever.

use std::time::Duration;
use tokio::time::interval;
use tokio_stream::{StreamExt, wrappers::IntervalStream};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ticks = IntervalStream::new(interval(Duration::from_millis(1)));
    println!("reached");
    let all: Vec<()> = ticks.map(|_| ()).collect().await;
    println!("{} ticks", all.len());
}
