//! The filter comes from a variable that is not set, and no default was given.

use tracing::{Level, info};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_env("MY_SERVER_LOG"))
        .init();
    info!("listening");
    println!("is info logged? {}", tracing::enabled!(Level::INFO));
}
