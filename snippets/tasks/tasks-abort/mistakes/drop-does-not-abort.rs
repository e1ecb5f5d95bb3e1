//! The handle is dropped in the belief that this stops the task.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let turns = Arc::new(AtomicUsize::new(0));
    let task = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
            }
        }
    });
    drop(task);

    for _ in 0..100 {
        yield_now().await;
    }
    if turns.load(Ordering::Relaxed) > 1 {
        println!("still running without its handle");
    }
}
