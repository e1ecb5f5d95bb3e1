//! A task is stopped on purpose, and its end is unwrapped as if it had to succeed.

use std::future::pending;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let refresher = tokio::spawn(pending::<()>());
    refresher.abort();
    refresher.await.unwrap();
}
