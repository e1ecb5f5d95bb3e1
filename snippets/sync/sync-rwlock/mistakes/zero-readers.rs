//! The greatest number of readers comes from a setting that is zero.

use tokio::sync::RwLock;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let max_readers = 0;
    let prices = RwLock::with_max_readers(vec![3, 4], max_readers);
    println!("{:?}", prices.read().await);
}
