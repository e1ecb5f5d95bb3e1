//! A parallel iterator is run in an async function, whose thread waits for it.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::yield_now;

static PINGS: AtomicUsize = AtomicUsize::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(async {
        loop {
            PINGS.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });
    yield_now().await;

    let before = PINGS.load(Ordering::Relaxed);
    let sum: u64 = (0..1_000_000_u64).into_par_iter().map(|n| n % 7).sum();
    let pings = PINGS.load(Ordering::Relaxed) - before;
    println!("pings answered while rayon computed {sum}: {pings}");
}
