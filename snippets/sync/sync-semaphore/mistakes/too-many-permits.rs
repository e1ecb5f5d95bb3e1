//! "No limit" is written as the largest number there is.

use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit: Option<usize> = None;
    let requests = Semaphore::new(limit.unwrap_or(usize::MAX));
    println!("{} at once", requests.available_permits());
}
