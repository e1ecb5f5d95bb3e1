//! Two fields are taken from two loads, and a new configuration comes in between.

use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = Arc::new(ArcSwap::from_pointee(("a.example", 1)));
    let settings = Arc::clone(&config);
    tokio::spawn(async move { settings.store(Arc::new(("b.example", 2))) });

    let host = config.load().0;
    // Stands for the look-up of the host.
    yield_now().await;
    println!("connecting to {host} port {}", config.load().1);
}
