//! Wrong: a listener of the standard library blocks, so axum does not take it.

use axum::{Router, routing::get};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let app: Router = Router::new().route("/", get(|| async { "hello" }));
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    axum::serve(listener, app).await
}
