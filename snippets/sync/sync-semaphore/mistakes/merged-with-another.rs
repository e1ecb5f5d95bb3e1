//! Permits of two different limits are merged into one.

use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::sync::AcquireError> {
    let (memory, connections) = (Semaphore::new(64), Semaphore::new(8));
    let mut job = memory.acquire_many(16).await?;
    job.merge(connections.acquire().await?);
    Ok(())
}
