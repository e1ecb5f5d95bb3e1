//! Cancelling a token stops no task by itself: this one never asks.
use std::future::pending;
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let token = CancellationToken::new();
    let stop = token.clone();
    let task = tokio::spawn(async move {
        let _stop = stop;
        // Needs `_stop.run_until_cancelled(..)` around it.
        pending::<()>().await;
    });
    token.cancel();
    println!("reached");
    let _ = task.await;
}
