//! Every consumer sees every message, and one that falls behind knows what it lost.
//!
//! Use it when several consumers each want all messages, and a slow one may lose some rather than
//! hold up the sender and the others. If none may be lost, give each consumer an `mpsc` of its own.
//!
//! Prevents: a consumer that takes a lag for the end and silently stops.

use std::error::Error;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How many messages are kept for the slowest consumer; tokio rounds up to a power of two.
const CAPACITY: usize = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (tx, mut prompt) = broadcast::channel(CAPACITY);
    // Each consumer gets what is sent after it has subscribed, so subscribe before sending.
    let slow = tx.subscribe();

    let mut seen = Vec::new();
    for n in 0..10 {
        // The only error is that nobody is subscribed.
        tx.send(n)?;
        seen.push(prompt.recv().await?);
    }
    drop(tx);

    println!("prompt: {seen:?}");
    let slow = consume(slow).await;
    println!("slow: {:?}, {} lost", slow.seen, slow.lost);
    Ok(())
}

#[derive(Debug, Default, PartialEq)]
struct Report {
    seen: Vec<u32>,
    lost: u64,
}

/// Takes messages until all senders are gone.
async fn consume(mut messages: broadcast::Receiver<u32>) -> Report {
    let mut report = Report::default();
    loop {
        match messages.recv().await {
            Ok(message) => report.seen.push(message),
            // Not the end: the next `recv` goes on with the oldest message that is still there.
            // A consumer that cannot do without the lost ones fetches the whole state here.
            Err(RecvError::Lagged(lost)) => report.lost += lost,
            Err(RecvError::Closed) => return report,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(seen: impl IntoIterator<Item = u32>, lost: u64) -> Report {
        Report {
            seen: seen.into_iter().collect(),
            lost,
        }
    }

    fn send(tx: &broadcast::Sender<u32>, messages: impl IntoIterator<Item = u32>) {
        for message in messages {
            tx.send(message).unwrap();
        }
    }

    #[tokio::test]
    async fn every_consumer_gets_every_message() {
        let (tx, first) = broadcast::channel(8);
        let consumers = [first, tx.subscribe(), tx.subscribe()].map(|rx| tokio::spawn(consume(rx)));
        send(&tx, 0..8);
        drop(tx);
        for consumer in consumers {
            assert_eq!(consumer.await.unwrap(), report(0..8, 0));
        }
    }

    #[tokio::test]
    async fn a_lag_is_counted_and_survived() {
        let (tx, rx) = broadcast::channel(4);
        send(&tx, 0..10);
        drop(tx);
        assert_eq!(consume(rx).await, report(6..10, 6));
    }

    #[tokio::test]
    async fn the_capacity_is_rounded_up_to_a_power_of_two() {
        let (tx, rx) = broadcast::channel(3);
        send(&tx, 0..4);
        drop(tx);
        assert_eq!(consume(rx).await, report(0..4, 0));
    }

    #[tokio::test]
    async fn a_late_consumer_gets_only_what_follows() {
        let (tx, _first) = broadcast::channel(4);
        send(&tx, [1]);
        let late = tx.subscribe();
        send(&tx, [2]);
        drop(tx);
        assert_eq!(consume(late).await, report([2], 0));
    }

    #[test]
    fn sending_to_nobody_is_an_error() {
        let (tx, rx) = broadcast::channel(4);
        drop(rx);
        assert_eq!(tx.send(1).unwrap_err().0, 1);
    }
}
