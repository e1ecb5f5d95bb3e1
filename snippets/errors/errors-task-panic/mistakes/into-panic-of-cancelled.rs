//! The payload of a panic is taken from a task that was cancelled.

use std::future::pending;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(pending::<()>());
    task.abort();
    if let Err(error) = task.await {
        std::panic::resume_unwind(error.into_panic());
    }
}
