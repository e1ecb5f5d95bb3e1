//! The race is lost between the two halves of what belongs together.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::sleep;

static TAKEN: AtomicU32 = AtomicU32::new(0);
static PUT: AtomicU32 = AtomicU32::new(0);

async fn transfer(amount: u32) {
    TAKEN.fetch_add(amount, Ordering::Relaxed);
    sleep(Duration::from_secs(60)).await;
    PUT.fetch_add(amount, Ordering::Relaxed);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::select! {
        () = transfer(10) => println!("transferred"),
        () = sleep(Duration::from_millis(10)) => println!("the user has closed the page"),
    }
    println!("taken from one account {TAKEN:?}, put on the other {PUT:?}");
}
