//! Each change waits in a task of its own, so nothing is brought together.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::sleep;

static RELOADS: AtomicU32 = AtomicU32::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut tasks = Vec::new();
    for _change in 0..3 {
        tasks.push(tokio::spawn(async {
            sleep(Duration::from_millis(20)).await;
            RELOADS.fetch_add(1, Ordering::Relaxed);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    println!("changes 3, reloads {RELOADS:?}");
}
