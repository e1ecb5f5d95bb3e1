//! `_` is not a variable: the handle is dropped in the line that makes it, and the task with it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

static HEARTBEATS: AtomicU32 = AtomicU32::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _ = AbortOnDropHandle::new(tokio::spawn(async {
        loop {
            HEARTBEATS.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(1)).await;
        }
    }));
    sleep(Duration::from_millis(20)).await;
    println!("sent {} heartbeats", HEARTBEATS.load(Ordering::Relaxed));
}
