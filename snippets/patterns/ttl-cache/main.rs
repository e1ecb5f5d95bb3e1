//! Three lookups of two names ask the server twice, and an entry expires.

use std::convert::Infallible;
use std::time::Duration;
use tokio::time::sleep;
use ttl_cache::{MAX_ENTRIES, TtlCache};

pub mod ttl_cache;

/// Stands for a request that takes its time.
async fn look_up(name: &str) -> Result<usize, Infallible> {
    tokio::task::yield_now().await;
    println!("asked for {name}");
    Ok(name.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Infallible> {
    let cache = TtlCache::default();
    for name in ["tokio", "mio", "tokio"] {
        let length = cache.get_or_load(name, look_up(name)).await?;
        println!("{name}: {length}");
    }

    let ttl = Duration::from_millis(20);
    let short = TtlCache::new(ttl, MAX_ENTRIES);
    short.insert("tokio", 5);
    sleep(ttl).await;
    println!("{:?}, entries left: {}", short.get(&"tokio"), short.len());
    Ok(())
}
