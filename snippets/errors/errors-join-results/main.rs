//! One task, two that succeed, and two of which one fails while the other would run for ever.

use std::future::pending;
use tokio::sync::oneshot;
use tokio::task::{JoinError, yield_now};

use owned_task::spawn_owned;

pub mod owned_task;

/// `#[from] JoinError` is what makes `??` work in functions that return this.
#[derive(Debug, thiserror::Error)]
enum ReportError {
    #[error("there is no user {0}")]
    NoUser(u32),
    #[error("a task did not end by itself")]
    Task(#[from] JoinError),
}

async fn user(id: u32) -> Result<&'static str, ReportError> {
    yield_now().await;
    if id == 0 {
        return Err(ReportError::NoUser(id));
    }
    Ok("Ada")
}

async fn orders() -> Result<usize, ReportError> {
    yield_now().await;
    Ok(3)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ReportError> {
    let name = tokio::spawn(user(1)).await??;
    println!("one task: {name}");

    let (name, orders) = tokio::try_join!(spawn_owned(user(1)), spawn_owned(orders()))?;
    println!("two tasks: {name} has {orders} orders");

    let (held, dropped) = oneshot::channel::<()>();
    let endless = spawn_owned(async move {
        let _held = held;
        pending::<Result<usize, ReportError>>().await
    });
    if let Err(error) = tokio::try_join!(spawn_owned(user(0)), endless) {
        println!("one failed: {error}");
    }
    println!("the other was aborted: {}", dropped.await.is_err());
    Ok(())
}
