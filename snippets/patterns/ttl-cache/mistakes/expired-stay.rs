//! Wrong: an expired entry is not given out any more, but it is not removed either.

use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const TTL: Duration = Duration::from_millis(10);

#[derive(Default)]
struct Cache(HashMap<u32, (Instant, String)>);

impl Cache {
    fn get(&self, session: u32) -> Option<&String> {
        let (since, value) = self.0.get(&session)?;
        (since.elapsed() < TTL).then_some(value)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut cache = Cache::default();
    for session in 0..1000 {
        cache
            .0
            .insert(session, (Instant::now(), "page".repeat(100)));
    }
    sleep(TTL).await;
    let valid = (0..1000).filter(|session| cache.get(*session).is_some());
    println!("{} valid, {} in memory", valid.count(), cache.0.len());
}
