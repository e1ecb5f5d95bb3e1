//! Wrong: three layers retry, each three times, and the service gets every combination.

use std::cell::Cell;
use tokio::task::yield_now;

async fn service(calls: &Cell<u32>) -> Result<(), &'static str> {
    calls.set(calls.get() + 1);
    yield_now().await;
    Err("overloaded")
}

async fn retry(call: impl AsyncFn() -> Result<(), &'static str>) -> Result<(), &'static str> {
    for _ in 1..3 {
        if call().await.is_ok() {
            return Ok(());
        }
    }
    call().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let calls = Cell::new(0);
    let client = async || retry(async || service(&calls).await).await;
    let gateway = async || retry(&client).await;
    let _ = retry(&gateway).await;
    println!(
        "1 request of the user, {} calls of the service",
        calls.get()
    );
}
