//! Wrong: the jobs have ended, the ticker never will, and so the merged stream goes on.

use std::time::Duration;
use tokio::time::interval;
use tokio_stream::{StreamExt, wrappers::IntervalStream};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let jobs = tokio_stream::iter([1, 2, 3]);
    let ticks = IntervalStream::new(interval(Duration::from_millis(10))).map(|_| 0);
    println!("reached");
    let sum = jobs.merge(ticks).fold(0, |sum, n| sum + n).await;
    println!("all jobs done: {sum}");
}
