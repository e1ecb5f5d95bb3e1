//! It looks, and only then begins to wait: what happens in between is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ready = Arc::new((AtomicBool::new(false), Notify::new()));
    let setter = Arc::clone(&ready);
    tokio::spawn(async move {
        setter.0.store(true, Ordering::Release);
        setter.1.notify_waiters();
    });

    if !ready.0.load(Ordering::Acquire) {
        // Any `.await` here, or another thread, lets the setter run first.
        tokio::task::yield_now().await;
        println!("reached");
        ready.1.notified().await;
    }
    println!("ready");
}
