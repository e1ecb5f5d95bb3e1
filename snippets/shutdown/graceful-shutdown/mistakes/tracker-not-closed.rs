//! `TaskTracker::wait` also waits for `close`, so without it the drain never ends.
use tokio_util::task::TaskTracker;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tracker = TaskTracker::new();
    tracker
        .spawn(async {})
        .await
        .expect("the task does not panic");
    println!("reached");
    // The tracker is empty, but `tracker.close()` is missing.
    tracker.wait().await;
    println!("drained");
}
