//! Events are recorded, but nobody has installed a subscriber that would print them.

use tracing::{Level, error};

#[tokio::main]
async fn main() {
    error!("the disk is full");
    println!("is an error logged? {}", tracing::enabled!(Level::ERROR));
}
