//! Wrong: a blocking lock in async code.

use tokio::sync::Mutex;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = Mutex::new(0);
    *count.blocking_lock() += 1;
}
