//! A background task is expected to run while `main` does something else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let beats = Arc::new(AtomicUsize::new(0));
    runtime.spawn({
        let beats = Arc::clone(&beats);
        async move {
            loop {
                beats.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    });

    thread::sleep(Duration::from_millis(50));
    let count = beats.load(Ordering::Relaxed);
    println!("heartbeats while main worked: {count}");
    Ok(())
}
