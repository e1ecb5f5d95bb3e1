//! The key of an entry that has expired is used to remove it once more.

use std::time::Duration;

use tokio_stream::StreamExt;
use tokio_util::time::DelayQueue;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut expirations = DelayQueue::new();
    let key = expirations.insert("session", Duration::from_millis(1));
    let expired = expirations.next().await;
    println!("{:?}", expired.map(|entry| entry.into_inner()));
    expirations.remove(&key);
}
