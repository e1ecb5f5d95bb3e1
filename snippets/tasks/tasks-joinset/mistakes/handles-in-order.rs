//! The task that fails at once is awaited behind one that is slow.

use std::time::Duration;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let slow = tokio::spawn(async {
        sleep(Duration::from_millis(20)).await;
        Ok(())
    });
    let failing = tokio::spawn(async { Err("no such page") });

    let mut successes = 0;
    for task in [slow, failing] {
        match task.await.unwrap() {
            Ok(()) => successes += 1,
            Err(_) => println!("the failure was seen after {successes} slow success"),
        }
    }
}
