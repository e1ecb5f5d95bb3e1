//! A lock is taken with `try_lock` as if nobody else could hold it.

use tokio::sync::Mutex;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let state = Mutex::new(0);
    let _reader = state.lock().await;
    *state.try_lock().unwrap() += 1;
}
