//! Wrong: `axum::Server` went with hyper 0.14; axum since 0.7 has `axum::serve`.

use axum::{Router, routing::get};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let app: Router = Router::new().route("/", get(|| async { "hello" }));
    axum::Server::bind(&([127, 0, 0, 1], 0).into())
        .serve(app.into_make_service())
        .await
        .unwrap();
}
