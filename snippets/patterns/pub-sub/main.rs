//! Two topics, three subscribers each, and a topic that goes with its last subscriber.

use pub_sub::{PubSub, Subscription};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::{JoinError, JoinSet};

pub mod pub_sub;

async fn follow(mut news: Subscription<&'static str, u32>) -> (u32, u64) {
    let (mut sum, mut missed) = (0, 0);
    loop {
        match news.recv().await {
            Ok(number) => sum += number,
            Err(RecvError::Lagged(count)) => missed += count,
            Err(RecvError::Closed) => return (sum, missed),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let bus = PubSub::default();
    let mut subscribers = JoinSet::new();
    for topic in ["even", "odd"].repeat(3) {
        subscribers.spawn(follow(bus.subscribe(topic)));
    }
    for number in 1..=10 {
        let topic = if number % 2 == 0 { "even" } else { "odd" };
        bus.publish(&topic, number);
    }

    let brief = bus.subscribe("brief");
    println!("topics {}", bus.topics());
    drop(brief);
    println!(
        "topics {}, heard by {}",
        bus.topics(),
        bus.publish(&"brief", 1)
    );

    // The last publisher: the subscribers receive what is left, and end.
    drop(bus);
    let mut sums = Vec::new();
    while let Some(sum) = subscribers.join_next().await {
        sums.push(sum?);
    }
    sums.sort_unstable();
    println!("{sums:?}");
    Ok(())
}
