//! A long computation is spawned as a task.

use std::hint::black_box;
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
    let computation = tokio::spawn(async {
        let before = PINGS.load(Ordering::Relaxed);
        for number in 0_u64..1_000_000 {
            black_box(number * number);
        }
        PINGS.load(Ordering::Relaxed) - before
    });
    if let Ok(pings) = computation.await {
        println!("pings answered during the computation: {pings}");
    }
}
