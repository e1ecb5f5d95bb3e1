//! The half-open flag is reset after the await, which a cancelled probe never reaches.
use std::future::{Future, pending};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::timeout;

static PROBING: AtomicBool = AtomicBool::new(false);

async fn call(operation: impl Future<Output = ()>) -> Result<(), &'static str> {
    if PROBING.swap(true, Ordering::AcqRel) {
        return Err("rejected: a probe is under way");
    }
    operation.await;
    // Belongs into the `Drop` of a guard: the future may be dropped at the await above.
    PROBING.store(false, Ordering::Release);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // The caller gives up, so the probe's future is dropped half way.
    let probe = timeout(Duration::from_millis(10), call(pending())).await;
    println!("probe: {probe:?}");
    println!("every later call: {:?}", call(async {}).await);
}
