//! Wrong: until the first load has ended, every caller finds the cache empty and loads too.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::{JoinSet, yield_now};

static LOADS: AtomicU32 = AtomicU32::new(0);

type Cache = Arc<Mutex<HashMap<u32, String>>>;

async fn get(cache: Cache, key: u32) -> String {
    let known = {
        let cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(&key).cloned()
    };
    if let Some(page) = known {
        return page;
    }
    LOADS.fetch_add(1, Ordering::Relaxed);
    // The request.
    yield_now().await;
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    cache.entry(key).or_insert_with(|| "page".into()).clone()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cache = Cache::default();
    let callers: JoinSet<_> = (0..50).map(|_| get(Arc::clone(&cache), 7)).collect();
    let pages = callers.join_all().await;
    let loads = LOADS.load(Ordering::Relaxed);
    println!("{} callers, {loads} loads", pages.len());
}
