//! Wrong: each topic stays in the map after its last subscriber has gone.

use std::collections::HashMap;
use tokio::sync::broadcast;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut topics: HashMap<u32, broadcast::Sender<String>> = HashMap::new();
    for user in 0..1000 {
        let sender = topics
            .entry(user)
            .or_insert_with(|| broadcast::Sender::new(16));
        let subscription = sender.subscribe();
        // The connection ends.
        drop(subscription);
    }
    let subscribers: usize = topics.values().map(broadcast::Sender::receiver_count).sum();
    println!("{} topics, {subscribers} subscribers", topics.len());
}
