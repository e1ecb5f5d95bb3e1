//! A function spawns into a local `JoinSet` and returns without waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::{JoinSet, yield_now};

fn save_all(saved: &Arc<AtomicUsize>) {
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let saved = Arc::clone(saved);
        tasks.spawn(async move {
            yield_now().await;
            saved.fetch_add(1, Ordering::Relaxed);
        });
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let saved = Arc::new(AtomicUsize::new(0));
    save_all(&saved);
    for _ in 0..100 {
        yield_now().await;
    }
    println!("saved {} of 3", saved.load(Ordering::Relaxed));
}
