//! Many producers, one consumer, and a clean end.
//!
//! Use it when several tasks hand work or events to one task, and that task has to finish by
//! itself once the last of them is done.
//!
//! Prevents: a receiver that waits for ever because one `Sender` is still alive somewhere.

use std::error::Error;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many messages may lie in the channel before `send` waits.
const CAPACITY: usize = 32;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (tx, rx) = mpsc::channel(CAPACITY);

    let mut producers = JoinSet::new();
    for id in 0..3 {
        producers.spawn(produce(id, tx.clone()));
    }
    // The channel ends when the last sender is dropped, and this one is a sender too.
    drop(tx);

    let mut messages = consume(rx).await;

    // A producer that panicked also dropped its sender, so only joining tells the two apart.
    while let Some(finished) = producers.join_next().await {
        finished?;
    }

    // Each producer's own messages arrive in order; those of different producers mix.
    messages.sort();
    println!("{}", messages.join("\n"));
    println!("closed");
    Ok(())
}

async fn produce(id: u32, tx: mpsc::Sender<String>) {
    for n in 0..2 {
        // `send` fails only when the receiver is gone or closed: nobody wants the rest.
        if tx.send(format!("producer {id}: {n}")).await.is_err() {
            return;
        }
    }
}

async fn consume(mut rx: mpsc::Receiver<String>) -> Vec<String> {
    let mut messages = Vec::new();
    while let Some(message) = rx.recv().await {
        messages.push(message);
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_message_arrives_and_the_consumer_ends() {
        let (tx, rx) = mpsc::channel(1);
        let consumer = tokio::spawn(consume(rx));
        tokio::join!(produce(0, tx.clone()), produce(1, tx));

        let mut messages = consumer.await.unwrap();
        messages.sort();
        let expected = [
            "producer 0: 0",
            "producer 0: 1",
            "producer 1: 0",
            "producer 1: 1",
        ];
        assert_eq!(messages, expected);
    }

    #[tokio::test]
    async fn messages_of_one_producer_keep_their_order() {
        let (tx, rx) = mpsc::channel(2);
        produce(7, tx).await;
        assert_eq!(consume(rx).await, ["producer 7: 0", "producer 7: 1"]);
    }

    #[tokio::test]
    async fn a_producer_stops_when_the_consumer_is_gone() {
        let (tx, rx) = mpsc::channel(1);
        drop(rx);
        produce(0, tx).await;
    }

    #[tokio::test]
    async fn a_failed_send_gives_the_message_back() {
        let (tx, rx) = mpsc::channel(1);
        drop(rx);
        assert_eq!(tx.send("kept").await.unwrap_err().0, "kept");
    }
}
