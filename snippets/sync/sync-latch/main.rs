//! Two waits: for three parts that have started but run on, and for tasks whose number is not known.

use latch::Latch;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

pub mod latch;

/// Parts of the service that have to be ready.
const PARTS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ready = Latch::new(PARTS);
    let ended = Arc::new(AtomicUsize::new(0));
    let (stop, stopping) = watch::channel(false);
    // The same without a number. A token stands for a task that something else spawns (otherwise
    // `parts.spawn`); `wait` returns when it is closed and all tokens are gone.
    let parts = TaskTracker::new();

    for _ in 0..PARTS {
        let (started, part) = (ready.count_on_drop(), parts.token());
        let (mut stopping, ended) = (stopping.clone(), Arc::clone(&ended));
        tokio::spawn(async move {
            let _part = part;
            // Ready, and at work. A part that fails counts too, so that nobody waits for ever;
            // whether it runs, its handle tells.
            drop(started);
            let _ = stopping.wait_for(|stop| *stop).await;
            ended.fetch_add(1, Ordering::Relaxed);
        });
    }

    ready.wait().await;
    let at_work = PARTS - ended.load(Ordering::Relaxed);
    println!("ready: {PARTS}, still at work: {at_work}");

    stop.send_replace(true);
    parts.close();
    parts.wait().await;
    println!("ended: {}", ended.load(Ordering::Relaxed));
}
