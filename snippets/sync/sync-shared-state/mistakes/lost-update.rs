//! Wrong: the value is read under one lock and written back under another.

use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = Arc::new(Mutex::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        let count = Arc::clone(&count);
        tasks.spawn(async move {
            let old = *count.lock().unwrap();
            tokio::task::yield_now().await;
            *count.lock().unwrap() = old + 1;
        });
    }
    tasks.join_all().await;
    println!("10 additions, count {}", *count.lock().unwrap());
}
