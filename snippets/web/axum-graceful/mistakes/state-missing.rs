//! Wrong: the router still waits for its state when it is served.

use axum::{Router, extract::State, routing::get};

#[derive(Clone)]
struct Shared {
    greeting: &'static str,
}

async fn hello(State(shared): State<Shared>) -> &'static str {
    shared.greeting
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(hello));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    axum::serve(listener, app).await
}
