//! `#[instrument]` records every argument, the password too.

use tracing::{info, instrument};

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().with_ansi(false).init();
    login("ann", "s3cret").await;
}

#[instrument]
async fn login(user: &str, password: &str) {
    info!(known = !user.is_empty() && !password.is_empty(), "checked");
}
