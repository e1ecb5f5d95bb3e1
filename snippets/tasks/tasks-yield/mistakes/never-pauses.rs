//! A computation in an async block: nothing else runs before it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::{JoinError, yield_now};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let turns = Arc::new(AtomicUsize::new(0));
    let other = Arc::clone(&turns);
    let computing = tokio::spawn(async move {
        let largest = (1..=100_000_u64).map(|n| n.wrapping_mul(n)).max();
        (largest, turns.load(Ordering::Relaxed))
    });
    tokio::spawn(async move {
        loop {
            other.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });

    let (largest, turns) = computing.await?;
    println!("{largest:?}, meanwhile others had {turns} turns");
    Ok(())
}
