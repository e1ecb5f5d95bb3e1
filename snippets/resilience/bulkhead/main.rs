//! Ten callers at once, a service for four, and a line for two.

use bulkhead::{Bulkhead, Rejected};
use std::{sync::Arc, time::Duration};
use tokio::sync::{AcquireError, Semaphore};
use tokio::task::{JoinError, JoinSet};

pub mod bulkhead;

async fn service(open: Arc<Semaphore>) -> Result<(), AcquireError> {
    open.acquire().await.map(|_| ())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let bulkhead = Arc::new(Bulkhead::new(4, 2, Duration::from_secs(30)));
    let open = Arc::new(Semaphore::new(0));
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let (bulkhead, open) = (Arc::clone(&bulkhead), Arc::clone(&open));
        calls.spawn(async move { bulkhead.call(|| service(open)).await });
    }

    let (mut served, mut rejected) = (0, 0);
    while let Some(call) = calls.join_next().await {
        match call? {
            Ok(_reply) => served += 1,
            Err(Rejected::Full) => rejected += 1,
            Err(error) => println!("{error}"),
        }
        if rejected == 4 {
            // The service replies only now, so nobody had a place to give away before.
            open.add_permits(1);
        }
    }
    println!("served {served}, rejected {rejected}");
    Ok(())
}
