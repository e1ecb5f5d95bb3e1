//! The first replica hangs, the second one answers.

use hedge::{Hedge, MAX_HEDGES};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub mod hedge;

const REPLICAS: [&str; 2] = ["replica one", "replica two"];

/// Stands for a read request.
async fn read(replica: &str) -> Result<String, std::io::Error> {
    println!("asked {replica}");
    if replica == REPLICAS[0] {
        std::future::pending::<()>().await;
    }
    Ok(format!("a page of {replica}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), std::io::Error> {
    let hedge = Hedge::new(Duration::from_millis(20), MAX_HEDGES);
    let next = AtomicUsize::new(0);
    let request = || read(REPLICAS[next.fetch_add(1, Ordering::Relaxed) % REPLICAS.len()]);
    println!("{}", hedge.send(request).await?);
    Ok(())
}
