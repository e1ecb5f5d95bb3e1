//! A span guard is held across an await, so the lines of another future carry this span.

use tokio::task::yield_now;
use tracing::{info, info_span};

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_target(false)
        .init();
    tokio::join!(biased; download("a"), download("b"));
}

async fn download(file: &str) {
    let span = info_span!("download", file);
    let _guard = span.enter();
    yield_now().await;
    info!("ends: {file}");
}
