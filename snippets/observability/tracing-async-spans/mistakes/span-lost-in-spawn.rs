//! A spawned task does not inherit the span of the function that spawned it.

use tracing::{Span, info, instrument};

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().init();
    request(7).await;
}

#[instrument]
async fn request(id: u32) {
    info!("request {id} accepted");
    let work = tokio::spawn(async {
        let span = Span::current();
        let name = span.metadata().map(|span| span.name());
        println!("span of the spawned task: {name:?}");
    });
    let _ = work.await;
}
