//! Wrong: axum applies the layer to each route, and each gets a limit of its own.

use std::time::Duration;

use axum::{Router, body::Body, http::Request, routing::get};
use tokio::time::{sleep, timeout};
use tower::{ServiceExt, limit::ConcurrencyLimitLayer};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let slow = || sleep(Duration::from_secs(5));
    let app = Router::new()
        .route("/a", get(slow))
        .route("/b", get(|| async { "done" }))
        .layer(ConcurrencyLimitLayer::new(1));
    let request = |path| Request::get(path).body(Body::empty()).unwrap();
    let first = tokio::spawn(app.clone().oneshot(request("/a")));
    tokio::task::yield_now().await;
    // The only place is taken, so this request should have to wait.
    let second = timeout(Duration::from_secs(1), app.oneshot(request("/b"))).await;
    println!("one place, and a second request passed: {}", second.is_ok());
    first.abort();
}
