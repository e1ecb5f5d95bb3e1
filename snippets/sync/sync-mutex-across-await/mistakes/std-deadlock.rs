//! Wrong: two futures on one thread, and one waits with the guard that the other blocks for.

use std::sync::Mutex;

async fn add(count: &Mutex<u32>) {
    let mut count = count.lock().unwrap();
    tokio::task::yield_now().await;
    *count += 1;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = Mutex::new(0);
    println!("reached");
    tokio::join!(add(&count), add(&count));
    println!("{count:?}");
}
