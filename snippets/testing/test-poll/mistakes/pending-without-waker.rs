//! The future is pending until a flag is set, but nobody knows whom to wake then.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

static OPEN: AtomicBool = AtomicBool::new(false);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let passed = tokio::spawn(poll_fn(|_context| {
        if OPEN.load(Ordering::Acquire) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }));
    tokio::task::yield_now().await;
    OPEN.store(true, Ordering::Release);
    println!("reached");
    passed.await
}
