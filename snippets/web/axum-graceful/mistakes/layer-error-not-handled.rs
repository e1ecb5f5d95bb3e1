//! Wrong: `load_shed` can fail, and axum does not know what to answer then.

use axum::{Router, routing::get};
use tower::ServiceBuilder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let app: Router = Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(ServiceBuilder::new().load_shed());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    axum::serve(listener, app).await
}
