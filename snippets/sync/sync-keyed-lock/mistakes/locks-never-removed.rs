//! The lock of every key that was ever used stays in the map.

use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let locks = Mutex::new(HashMap::<u32, Arc<Mutex<()>>>::new());
    for order in 0..1000 {
        let lock = Arc::clone(locks.lock().await.entry(order).or_default());
        let _turn = lock.lock().await;
    }
    let kept = locks.lock().await.len();
    println!("locks kept for keys that are done: {kept}");
}
