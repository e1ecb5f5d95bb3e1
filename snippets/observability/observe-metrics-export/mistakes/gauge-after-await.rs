//! The gauge is lowered after the await, which a timed-out request never gets past.

use std::future::pending;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::time::timeout;

static IN_FLIGHT: AtomicI64 = AtomicI64::new(0);

#[tokio::main]
async fn main() {
    let _ = timeout(Duration::from_millis(5), request()).await;
    println!("requests in flight: {}", IN_FLIGHT.load(Ordering::Relaxed));
}

async fn request() {
    IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
    pending::<()>().await;
    IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
}
