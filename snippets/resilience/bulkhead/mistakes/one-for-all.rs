//! Wrong: all services share one limit, so a slow one takes the places of the others.

use std::future::{Future, pending, ready};
use tokio::sync::{Semaphore, TryAcquireError};
use tokio::task::{JoinSet, yield_now};

static PLACES: Semaphore = Semaphore::const_new(4);

async fn call(service: impl Future<Output = ()>) -> Result<(), TryAcquireError> {
    let _place = PLACES.try_acquire()?;
    service.await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _slow: JoinSet<_> = (0..4).map(|_| call(pending())).collect();
    yield_now().await;
    match call(ready(())).await {
        Ok(()) => println!("healthy service: called"),
        Err(error) => println!("healthy service: {error}"),
    }
}
