//! Three jobs, and a scrape of what they left.

pub mod metrics;

use std::error::Error;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use metrics::{Metrics, routes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let metrics = Arc::new(Metrics::default());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, routes(Arc::clone(&metrics)));
    tokio::spawn(server.into_future());

    metrics.track(job(Duration::ZERO)).await?;
    let refused = metrics.track(async { Err::<(), _>("refused") }).await;
    let late = timeout(Duration::from_millis(5), metrics.track(job(Duration::MAX))).await;
    println!("refused: {}, too late: {}", refused.is_err(), late.is_err());

    let mut prometheus = TcpStream::connect(address).await?;
    prometheus
        .write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await?;
    let mut response = String::new();
    prometheus.read_to_string(&mut response).await?;
    for line in response.lines() {
        if line.starts_with("jobs_") || line.starts_with("tokio_workers") {
            println!("{line}");
        }
    }
    Ok(())
}

async fn job(takes: Duration) -> Result<(), Box<dyn Error + Send + Sync>> {
    sleep(takes).await;
    Ok(())
}
