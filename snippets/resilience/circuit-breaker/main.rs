//! A service goes down, and when it may be back a hundred callers come: only a probe reaches it.

use circuit_breaker::{CircuitBreaker, FAILURE_THRESHOLD, HALF_OPEN_PROBES};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

pub mod circuit_breaker;

/// Shorter than the default, so that nobody waits for the demonstration.
const PAUSE: Duration = Duration::from_secs(1);
const CALLERS: usize = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let breaker = Arc::new(CircuitBreaker::new(
        FAILURE_THRESHOLD,
        PAUSE,
        HALF_OPEN_PROBES,
    ));
    for _ in 0..FAILURE_THRESHOLD {
        let _ = breaker.call(async { Err::<(), _>("down") }, |_| true).await;
    }
    println!("after {FAILURE_THRESHOLD} failures: {:?}", breaker.state());

    tokio::time::sleep(PAUSE).await;
    let recovered = Arc::new(Semaphore::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (breaker, recovered) = (Arc::clone(&breaker), Arc::clone(&recovered));
        callers.spawn(async move {
            let operation = async { recovered.acquire().await.map(|_| "reply") };
            breaker.call(operation, |_| true).await
        });
    }
    // The probe's reply is held back until everybody else has been turned away.
    let mut rejected = 0;
    while callers.len() > HALF_OPEN_PROBES as usize {
        if let Some(outcome) = callers.join_next().await {
            rejected += usize::from(outcome?.is_none());
        }
    }
    println!(
        "{} of {CALLERS} admitted: {:?}",
        CALLERS - rejected,
        breaker.state()
    );

    recovered.add_permits(CALLERS);
    while let Some(outcome) = callers.join_next().await {
        outcome?;
    }
    println!("after the probe: {:?}", breaker.state());
    Ok(())
}
