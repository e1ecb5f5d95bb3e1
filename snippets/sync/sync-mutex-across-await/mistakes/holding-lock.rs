//! Wrong: the guard of a `std` mutex is held over an await.

use std::sync::{Mutex, PoisonError};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = Mutex::new(0);
    let mut guard = count.lock().unwrap_or_else(PoisonError::into_inner);
    tokio::task::yield_now().await;
    *guard += 1;
}
