//! Wrong: a semaphore limits calls at the same time, not calls per second.

use tokio::sync::{AcquireError, Semaphore};
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AcquireError> {
    let ten_per_second = Semaphore::new(10);
    let mut calls = 0;
    for _ in 0..1000 {
        let _permit = ten_per_second.acquire().await?;
        yield_now().await;
        calls += 1;
    }
    println!("{calls} calls, and nobody had to wait");
    Ok(())
}
