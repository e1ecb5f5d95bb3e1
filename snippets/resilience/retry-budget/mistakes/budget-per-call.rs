//! Wrong: each call has a budget of its own, so together they have none.

use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::{JoinSet, yield_now};

static RETRIES: AtomicU32 = AtomicU32::new(0);

async fn call() -> Result<(), &'static str> {
    let mut retries_left = 2;
    loop {
        // The request, to a service that is down.
        yield_now().await;
        if retries_left == 0 {
            return Err("down");
        }
        retries_left -= 1;
        RETRIES.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let calls: JoinSet<_> = (0..1000).map(|_| call()).collect();
    let answers = calls.join_all().await;
    let retries = RETRIES.load(Ordering::Relaxed);
    println!("{} calls, {retries} retries", answers.len());
}
