//! Wrong: the lock is held during the load, so a server that hangs stops the whole cache.

use std::collections::HashMap;
use std::future::{Future, pending, ready};
use std::sync::{Mutex, PoisonError};

type Cache = Mutex<HashMap<&'static str, u32>>;

async fn get(cache: &Cache, key: &'static str, load: impl Future<Output = u32>) -> u32 {
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = cache.get(key) {
        return *value;
    }
    let value = load.await;
    cache.insert(key, value);
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cache = Cache::default();
    get(&cache, "known", ready(1)).await;
    println!("reached");
    tokio::join!(
        get(&cache, "slow", pending()),
        get(&cache, "known", ready(1)),
    );
}
