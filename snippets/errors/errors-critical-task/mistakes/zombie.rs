//! The worker panics, and the service takes in requests for it all the same.

use std::sync::{Mutex, PoisonError};
use tokio::task::yield_now;

static REQUESTS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn requests() -> std::sync::MutexGuard<'static, Vec<u32>> {
    REQUESTS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(async {
        loop {
            let request = requests().pop();
            assert_ne!(request, Some(0), "a bug");
            yield_now().await;
        }
    });

    for request in 0..4 {
        requests().push(request);
        yield_now().await;
    }
    let waiting = requests().len();
    println!("requests accepted after the worker died: {waiting}");
}
