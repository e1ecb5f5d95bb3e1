//! The size of a batch comes from a setting that is zero.

use std::time::Duration;

use tokio_stream::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let batch_size = 0;
    let batches = tokio_stream::iter(1..=3).chunks_timeout(batch_size, Duration::from_millis(5));
    println!("{:?}", batches.collect::<Vec<_>>().await);
}
