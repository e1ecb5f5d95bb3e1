//! The loop prints its errors and returns nothing: the caller takes a failure for success.
use std::time::Duration;
use tokio::time::sleep;

async fn save() -> Result<(), &'static str> {
    tokio::task::yield_now().await;
    Err("disk full")
}

async fn save_with_retry() {
    for attempt in 1..=3 {
        match save().await {
            Ok(()) => break,
            Err(error) => eprintln!("attempt {attempt}: {error}"),
        }
        sleep(Duration::from_millis(attempt)).await;
    }
    // Should return a `Result` with the last error.
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    save_with_retry().await;
    println!("saved, says the caller");
}
