//! An entry that shall stay for ever gets ten years.

use std::time::Duration;

use tokio_util::time::DelayQueue;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    let mut expirations = DelayQueue::new();
    expirations.insert("settings", 10 * year);
}
