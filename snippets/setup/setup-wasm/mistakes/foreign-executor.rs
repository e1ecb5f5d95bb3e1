//! A future with a timer of Tokio's is driven by another executor, as in a browser.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

async fn show_clock() {
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("tick");
}

fn main() {
    // What `wasm_bindgen_futures::spawn_local` does at first.
    let mut future = pin!(show_clock());
    let mut context = Context::from_waker(Waker::noop());
    let _ = future.as_mut().poll(&mut context);
}
