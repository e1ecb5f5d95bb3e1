//! The watchdog is a task on the runtime it should watch.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

static ALARMS: AtomicU32 = AtomicU32::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            ALARMS.fetch_add(1, Ordering::Relaxed);
        }
    });
    let blocking = tokio::spawn(async {
        std::thread::sleep(Duration::from_millis(50));
        ALARMS.load(Ordering::Relaxed)
    });
    let alarms = blocking.await.unwrap_or_default();
    println!("alarms while the runtime stood still: {alarms}");
}
