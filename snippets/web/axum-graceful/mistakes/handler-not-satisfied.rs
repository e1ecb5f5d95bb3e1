//! Wrong: `String` takes the request's body, so it must be the last argument.

use axum::{Router, http::HeaderMap, routing::post};

async fn upload(body: String, headers: HeaderMap) -> String {
    format!("{} bytes, {} headers", body.len(), headers.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let app: Router = Router::new().route("/", post(upload));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    axum::serve(listener, app).await
}
