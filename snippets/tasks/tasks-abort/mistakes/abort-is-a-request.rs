//! `abort` is followed by code that relies on the task being gone.

use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lock = Arc::new(Mutex::new(()));
    let task = tokio::spawn({
        let lock = Arc::clone(&lock);
        async move {
            let _guard = lock.lock().await;
            std::future::pending::<()>().await;
        }
    });
    while lock.try_lock().is_ok() {
        yield_now().await;
    }

    task.abort();
    match lock.try_lock() {
        Ok(_) => println!("after abort: lock free"),
        Err(_) => println!("after abort: lock still held"),
    }
}
