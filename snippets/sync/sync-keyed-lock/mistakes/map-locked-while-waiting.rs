//! The map stays locked while a task waits for one of its keys.

use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::yield_now;

type Locks = Arc<Mutex<HashMap<&'static str, Arc<Mutex<()>>>>>;

async fn lock(locks: &Locks, key: &'static str) -> OwnedMutexGuard<()> {
    let mut map = locks.lock().await;
    Arc::clone(map.entry(key).or_default()).lock_owned().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let locks = Locks::default();
    let turn = lock(&locks, "ann").await;
    tokio::spawn({
        let locks = Arc::clone(&locks);
        async move { drop(lock(&locks, "ann").await) }
    });
    yield_now().await;
    println!("reached");
    // Another key, and free, but the map is not.
    drop(lock(&locks, "bob").await);
    drop(turn);
}
