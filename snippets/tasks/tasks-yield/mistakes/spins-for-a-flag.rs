//! It waits by looking again and again, and so keeps the one who would set the flag from running.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ready = Arc::new(AtomicBool::new(false));
    let setter = Arc::clone(&ready);
    tokio::spawn(async move { setter.store(true, Ordering::Release) });

    println!("reached");
    while !ready.load(Ordering::Acquire) {
        std::hint::spin_loop();
    }
    println!("ready");
}
