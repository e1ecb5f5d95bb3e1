//! A barrier for three workers, and `main` waits at it as a fourth.

use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ready = Arc::new(Barrier::new(3));
    for _ in 0..3 {
        let ready = Arc::clone(&ready);
        tokio::spawn(async move { ready.wait().await });
    }
    // The three arrive and pass.
    yield_now().await;
    println!("reached");
    ready.wait().await;
    println!("all are ready");
}
