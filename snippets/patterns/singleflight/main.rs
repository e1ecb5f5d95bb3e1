//! Fifty callers want the same page, and the server is asked once.

use singleflight::{LoadLost, Singleflight};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinSet;

pub mod singleflight;

/// Stands for a request that takes its time.
async fn fetch(page: u32, requests: Arc<AtomicU32>) -> Arc<str> {
    requests.fetch_add(1, Ordering::Relaxed);
    tokio::task::yield_now().await;
    format!("page {page}").into()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), LoadLost> {
    let requests = Arc::new(AtomicU32::new(0));
    let flights = Singleflight::default();
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let (flights, requests) = (flights.clone(), Arc::clone(&requests));
        callers.spawn(async move { flights.load(7, fetch(7, requests)).await });
    }
    let pages = callers.join_all().await;
    let pages = pages.into_iter().collect::<Result<Vec<_>, _>>()?;
    println!("{} callers got {}", pages.len(), pages[0]);
    println!("requests: {}", requests.load(Ordering::Relaxed));
    Ok(())
}
