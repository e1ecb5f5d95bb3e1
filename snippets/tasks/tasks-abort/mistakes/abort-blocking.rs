//! A `spawn_blocking` job that has started is aborted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let written = Arc::new(AtomicU32::new(0));
    let (started, running) = oneshot::channel();
    let (release, gate) = mpsc::channel::<()>();
    let job = tokio::task::spawn_blocking({
        let written = Arc::clone(&written);
        move || {
            let _ = started.send(());
            let _ = gate.recv();
            written.store(5, Ordering::Relaxed);
        }
    });
    let _ = running.await;

    job.abort();
    drop(release);
    let _ = job.await;
    println!("aborted, yet it wrote {}", written.load(Ordering::Relaxed));
}
