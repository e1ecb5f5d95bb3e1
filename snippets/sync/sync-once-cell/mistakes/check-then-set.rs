//! Two tasks find the cell empty, and both make a value for it.

use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;
use tokio::task::yield_now;

static CONNECTION: OnceCell<u32> = OnceCell::const_new();
static OPENED: AtomicU32 = AtomicU32::new(0);

async fn connection() -> Option<&'static u32> {
    if CONNECTION.get().is_none() {
        let opened = OPENED.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        let _ = CONNECTION.set(opened);
    }
    CONNECTION.get()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::join!(connection(), connection());
    println!("connections opened: {}", OPENED.load(Ordering::Relaxed));
}
