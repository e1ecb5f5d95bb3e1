//! Streams: iterate, adapt, collect, and make one of a channel.
//!
//! Use it when values come one after the other over time and you want what iterators have: `map`,
//! `filter`, `take`, `collect`. For a plain `while let` over a channel, `recv` is enough.
//!
//! Prevents: `collect` on a stream without an end, a lagging subscriber that takes its loss for
//! the end, an error that is swallowed half way.

use std::error::Error;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;
use tokio_stream::wrappers::{BroadcastStream, ReceiverStream};
use tokio_stream::{Stream, StreamExt};

/// The longest silence between two items.
const MAX_SILENCE: Duration = Duration::from_secs(5);

/// Streams are lazy: nothing happens before somebody asks for the next item.
async fn doubled(numbers: impl Stream<Item = u32>, at_most: usize) -> Vec<u32> {
    // `take` also ends what has no end of its own; `collect` alone would wait for ever.
    numbers.map(|n| n * 2).take(at_most).collect().await
}

/// The first error ends it: a `Vec` of results would have to be looked through afterwards.
async fn sum<E>(numbers: impl Stream<Item = Result<u32, E>>) -> Result<u32, E> {
    // `next` needs a stream that stays in its place; `pin!` holds it there.
    let mut numbers = pin!(numbers);
    let mut sum = 0;
    while let Some(n) = numbers.try_next().await? {
        sum += n;
    }
    Ok(sum)
}

/// Returns what was received, and how many messages were missed.
async fn follow(messages: broadcast::Receiver<u32>) -> (Vec<u32>, u64) {
    let mut messages = BroadcastStream::new(messages);
    let (mut received, mut missed) = (Vec::new(), 0);
    while let Some(message) = messages.next().await {
        match message {
            Ok(message) => received.push(message),
            // An item like others: the stream goes on with the oldest message that is still there.
            Err(BroadcastStreamRecvError::Lagged(n)) => missed += n,
        }
    }
    (received, missed)
}

/// Counts the items up to the end or to a silence longer than `MAX_SILENCE`.
async fn until_silent<T>(items: impl Stream<Item = T>) -> usize {
    let mut items = pin!(items.timeout(MAX_SILENCE));
    let mut count = 0;
    while let Some(Ok(_)) = items.next().await {
        count += 1;
    }
    count
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (tx, rx) = mpsc::channel(8);
    tokio::spawn(async move {
        for n in 1.. {
            // Fails when the stream is dropped after its third item.
            if tx.send(n).await.is_err() {
                break;
            }
        }
    });
    println!("{:?}", doubled(ReceiverStream::new(rx), 3).await);

    println!(
        "sum {}",
        sum(tokio_stream::iter([Ok::<_, String>(1), Ok(2)])).await?
    );
    let failing = tokio_stream::iter(["1", "x", "3"]).map(str::parse);
    println!("failed {}", sum(failing).await.is_err());

    let (tx, rx) = broadcast::channel(4);
    for n in 0..10 {
        tx.send(n)?;
    }
    drop(tx);
    let (received, missed) = follow(rx).await;
    println!("received {received:?}, missed {missed}");
    println!(
        "items {}",
        until_silent(tokio_stream::iter("abc".chars())).await
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep};

    #[tokio::test]
    async fn an_endless_stream_is_cut_and_a_short_one_ends() {
        assert_eq!(doubled(tokio_stream::iter(1..), 3).await, [2, 4, 6]);
        assert_eq!(doubled(tokio_stream::iter([1]), 3).await, [2]);
        assert_eq!(doubled(tokio_stream::pending(), 0).await, []);
    }

    #[tokio::test]
    async fn nothing_after_the_first_error_is_asked_for() {
        let mut asked = 0;
        let items = tokio_stream::iter([Ok(1), Err("bad"), Ok(3)]).map(|item| {
            asked += 1;
            item
        });
        assert_eq!(sum(items).await, Err("bad"));
        assert_eq!(asked, 2);
        assert_eq!(sum(tokio_stream::empty::<Result<_, ()>>()).await, Ok(0));
    }

    #[tokio::test]
    async fn a_lag_is_an_item() {
        let (tx, rx) = broadcast::channel(2);
        for n in 0..5 {
            tx.send(n).expect("a receiver");
        }
        drop(tx);
        assert_eq!(follow(rx).await, (vec![3, 4], 3));
    }

    #[tokio::test]
    async fn a_channel_stream_ends_with_its_senders_and_gives_the_receiver_back() {
        let (tx, rx) = mpsc::channel(4);
        tx.send(1).await.expect("room");
        tx.send(2).await.expect("room");
        drop(tx);
        let mut stream = ReceiverStream::new(rx);
        assert_eq!(stream.next().await, Some(1));
        let mut rx = stream.into_inner();
        assert_eq!(rx.recv().await, Some(2));
        assert_eq!(rx.recv().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn every_item_restarts_the_clock() {
        let start = Instant::now();
        let items = tokio_stream::iter(0..3).then(|n| async move {
            sleep(MAX_SILENCE / 2).await;
            n
        });
        let endless = items.chain(tokio_stream::pending());
        assert_eq!(until_silent(endless).await, 3);
        assert_eq!(start.elapsed(), 3 * (MAX_SILENCE / 2) + MAX_SILENCE);
    }
}
