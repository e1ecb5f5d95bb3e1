//! The first error returns from the function that owns the `JoinSet`.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::{JoinSet, yield_now};
use tokio_util::sync::CancellationToken;

static TIDY: AtomicUsize = AtomicUsize::new(0);

async fn sibling(stop: CancellationToken) -> Result<(), &'static str> {
    stop.cancelled().await;
    yield_now().await;
    TIDY.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

async fn run_all() -> Result<(), &'static str> {
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(sibling(stop.clone()));
    tasks.spawn(sibling(stop.clone()));
    tasks.spawn(async { Err("disk full") });
    while let Some(joined) = tasks.join_next().await {
        if let Ok(Err(error)) = joined {
            stop.cancel();
            return Err(error);
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _ = run_all().await;
    for _ in 0..100 {
        yield_now().await;
    }
    let tidy = TIDY.load(Ordering::Relaxed);
    println!("siblings that could tidy up: {tidy}");
}
