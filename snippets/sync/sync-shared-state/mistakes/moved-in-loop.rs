//! Wrong: the first task takes the only `Arc`.

use std::sync::{Arc, Mutex};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let counts = Arc::new(Mutex::new(0));
    for _ in 0..10 {
        tokio::spawn(async move { *counts.lock().unwrap() += 1 });
    }
}
