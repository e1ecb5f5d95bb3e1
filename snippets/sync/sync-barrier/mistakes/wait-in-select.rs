//! Wrong: a `wait` that loses the race still counts as an arrival.

use tokio::sync::Barrier;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let barrier = Barrier::new(2);
    tokio::select! {
        biased;
        _ = barrier.wait() => {}
        () = std::future::ready(()) => {}
    }

    // The one and only worker that waits.
    barrier.wait().await;
    println!("barrier of 2 opened for 1");
}
