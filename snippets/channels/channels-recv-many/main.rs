//! Take all that waits in a channel at once.
//!
//! Use it when a consumer can handle many messages for the price of one: a bulk insert, one write,
//! one flush. It takes what is there and never waits for more.
//!
//! Prevents: one wake-up and one round trip for each message, and a loop that takes the end of the
//! channel for an empty moment.

use std::error::Error;

use tokio::sync::mpsc;

/// How many messages one batch may hold.
const LARGEST_BATCH: usize = 4;

/// How many messages may wait.
const CAPACITY: usize = 64;

/// Handles batches until every sender is gone.
///
/// Cancel safe while it waits: `recv_many` takes messages only when it returns.
async fn consume(mut messages: mpsc::Receiver<u32>, mut handle: impl FnMut(&[u32])) {
    let mut batch = Vec::with_capacity(LARGEST_BATCH);
    // It appends, and gives the number of what it took; 0 is the end.
    while messages.recv_many(&mut batch, LARGEST_BATCH).await > 0 {
        handle(&batch);
        batch.clear();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (tx, rx) = mpsc::channel(CAPACITY);
    for message in 1..=6 {
        tx.send(message).await?;
    }
    drop(tx);

    consume(rx, |batch| println!("batch {batch:?}")).await;
    println!("end");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn batches(messages: mpsc::Receiver<u32>) -> Vec<Vec<u32>> {
        let mut all = Vec::new();
        consume(messages, |batch| all.push(batch.to_vec())).await;
        all
    }

    #[tokio::test]
    async fn a_batch_is_what_waits_up_to_the_limit() {
        let (tx, rx) = mpsc::channel(LARGEST_BATCH + 1);
        for message in 0..=LARGEST_BATCH {
            tx.send(u32::try_from(message).unwrap()).await.unwrap();
        }
        drop(tx);
        let sizes: Vec<_> = batches(rx).await.iter().map(Vec::len).collect();
        assert_eq!(sizes, [LARGEST_BATCH, 1]);
    }

    #[tokio::test]
    async fn a_single_message_is_not_held_back() {
        let (tx, rx) = mpsc::channel(CAPACITY);
        let consumer = tokio::spawn(batches(rx));
        for message in [1, 2] {
            tx.send(message).await.unwrap();
            tokio::task::yield_now().await;
        }
        drop(tx);
        assert_eq!(consumer.await.unwrap(), [[1], [2]]);
    }

    #[tokio::test]
    async fn a_closed_channel_gives_nothing() {
        let (tx, rx) = mpsc::channel(CAPACITY);
        drop(tx);
        assert!(batches(rx).await.is_empty());
    }
}
