//! Three calls that end in three ways.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use timed::{End, TimedLayer};
use tokio::time::timeout;
use tower::{BoxError, ServiceBuilder, ServiceExt};

pub mod timed;

async fn work(name: &'static str) -> Result<&'static str, BoxError> {
    match name {
        "slow" => std::future::pending().await,
        "bad" => Err("refused".into()),
        _ => Ok(name),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&calls);
    let service = ServiceBuilder::new()
        .layer(TimedLayer::new(move |end: End, _time: Duration| {
            counter.fetch_add(1, Ordering::Relaxed);
            println!("reported: {end:?}");
        }))
        .concurrency_limit(1)
        .service_fn(work);

    for name in ["good", "bad", "slow"] {
        let call = service.clone().oneshot(name);
        match timeout(Duration::from_millis(50), call).await {
            Ok(Ok(response)) => println!("{name}: {response}"),
            Ok(Err(error)) => println!("{name}: {error}"),
            Err(elapsed) => println!("{name}: {elapsed}"),
        }
    }
    println!("{} calls", calls.load(Ordering::Relaxed));
}
