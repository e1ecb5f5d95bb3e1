//! Wrong: axum clones its services for each request, and tower's `RateLimit` cannot be cloned.

use std::time::Duration;

use axum::{Router, routing::get};
use tower::limit::RateLimitLayer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let app: Router = Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(RateLimitLayer::new(100, Duration::from_secs(1)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    axum::serve(listener, app).await
}
