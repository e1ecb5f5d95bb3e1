//! Wrong: a spawned task holds the guard of a `std` mutex over an await.

use std::sync::{Arc, Mutex};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = Arc::new(Mutex::new(0));
    let _ = tokio::spawn(async move {
        let mut count = count.lock().unwrap();
        tokio::task::yield_now().await;
        *count += 1;
    })
    .await;
}
