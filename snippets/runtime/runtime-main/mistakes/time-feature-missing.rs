//! A timer is used, but the feature `time` of Tokio is off.

use std::time::Duration;

#[tokio::main]
async fn main() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
