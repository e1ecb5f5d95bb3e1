//! The handler waits for a lock that is handed to the future which `select!` no longer polls.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::sleep;

async fn save(log: &Mutex<Vec<&str>>) {
    log.lock().await.push("saved");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let guard = Arc::clone(&log).lock_owned().await;
    tokio::spawn(async move {
        sleep(Duration::from_millis(100)).await;
        drop(guard);
    });

    let mut operation = pin!(save(&log));
    tokio::select! {
        biased;
        () = &mut operation => {}
        () = sleep(Duration::from_millis(10)) => {
            println!("reached");
            log.lock().await.push("slow");
            operation.await;
        }
    }
    println!("{:?}", log.lock().await);
}
