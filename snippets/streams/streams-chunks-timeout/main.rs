//! Batches by size or by time, whichever comes first.
//!
//! Use it when many small items are cheaper to write together, and none may wait long. Where each
//! caller needs its own answer, `batcher` is the form.
//!
//! Prevents: the last, partial batch that is never written because it does not fill up.

use std::error::Error;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

/// The most items of a batch. Room for as many is reserved for each.
const MAX_BATCH: usize = 100;
/// The longest that the first item of a batch waits for others.
const MAX_WAIT: Duration = Duration::from_millis(50);

/// Hands out batches until the channel ends; what is then left is the last one.
///
/// # Errors
///
/// The first of `write`. The items of that batch are gone: who must keep them retries in `write`.
async fn write_batches<T, E>(
    items: mpsc::Receiver<T>,
    mut write: impl AsyncFnMut(Vec<T>) -> Result<(), E>,
) -> Result<(), E> {
    let mut batches = pin!(ReceiverStream::new(items).chunks_timeout(MAX_BATCH, MAX_WAIT));
    while let Some(batch) = batches.next().await {
        // While this waits, items queue up in the channel and its senders are slowed down.
        write(batch).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (tx, rx) = mpsc::channel(1000);
    for n in 0..250 {
        tx.send(n).await?;
    }
    drop(tx);
    write_batches(rx, async |batch: Vec<u32>| {
        println!("{} rows", batch.len());
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep};

    /// The batches, and when after the start each came.
    async fn batches(items: mpsc::Receiver<usize>) -> Vec<(Vec<usize>, Duration)> {
        let (mut batches, start) = (Vec::new(), Instant::now());
        let done = write_batches(items, async |batch| {
            batches.push((batch, start.elapsed()));
            Ok::<_, ()>(())
        });
        assert_eq!(done.await, Ok(()));
        batches
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_batch_goes_at_once_a_partial_one_at_the_limit() {
        let (tx, rx) = mpsc::channel(2 * MAX_BATCH);
        let producer = async move {
            for n in 0..MAX_BATCH + 2 {
                tx.send(n).await?;
            }
            sleep(2 * MAX_WAIT).await;
            tx.send(7).await
        };
        let (sent, batches) = tokio::join!(producer, batches(rx));
        assert!(sent.is_ok());
        let expected = [
            ((0..MAX_BATCH).collect(), Duration::ZERO),
            (vec![MAX_BATCH, MAX_BATCH + 1], MAX_WAIT),
            // The end of the stream waits for nothing.
            (vec![7], 2 * MAX_WAIT),
        ];
        assert_eq!(batches, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_starts_with_the_first_item_and_later_ones_do_not_restart_it() {
        let (tx, rx) = mpsc::channel(8);
        let producer = async move {
            sleep(3 * MAX_WAIT).await;
            for n in 0..4 {
                tx.send(n).await?;
                sleep(MAX_WAIT * 2 / 5).await;
            }
            Ok::<_, mpsc::error::SendError<usize>>(())
        };
        let (sent, batches) = tokio::join!(producer, batches(rx));
        assert!(sent.is_ok());
        let times: Vec<_> = batches.into_iter().collect();
        assert_eq!(times[0], (vec![0, 1, 2], 4 * MAX_WAIT));
        assert_eq!(times[1].0, [3]);
    }

    #[tokio::test]
    async fn no_item_no_batch_and_an_error_ends_it() {
        let (tx, rx) = mpsc::channel(8);
        drop(tx);
        assert!(batches(rx).await.is_empty());

        let (tx, rx) = mpsc::channel(8);
        tx.send(1).await.expect("room");
        drop(tx);
        assert_eq!(write_batches(rx, async |_| Err("full")).await, Err("full"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_been_handed_out_can_be_taken_back() {
        let items = tokio_stream::iter([1, 2]).chain(tokio_stream::pending());
        let mut batches = pin!(items.chunks_timeout(MAX_BATCH, MAX_WAIT));
        let early = tokio::time::timeout(MAX_WAIT / 2, batches.next()).await;
        assert!(early.is_err());
        assert_eq!(batches.as_mut().into_remainder(), [1, 2]);
    }
}
