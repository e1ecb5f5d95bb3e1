//! Ten tasks want to call a server that allows a few calls at once and then one every 20 ms.

use rate_limiter::RateLimiter;
use std::{sync::Arc, time::Duration};
use tokio::task::{JoinError, JoinSet};

pub mod rate_limiter;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let limiter = Arc::new(RateLimiter::new(50, Duration::from_secs(1), 3));
    let mut calls = JoinSet::new();
    for call in 0..10 {
        let limiter = Arc::clone(&limiter);
        calls.spawn(async move {
            limiter.acquire().await;
            call
        });
    }
    while let Some(call) = calls.join_next().await {
        println!("call {}", call?);
    }
    Ok(())
}
