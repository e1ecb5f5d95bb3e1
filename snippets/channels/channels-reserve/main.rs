//! Get the place in a channel before making the value.
//!
//! Use it when a value is costly to make, or must not be lost to a cancelled send: with a place in
//! hand, sending is immediate and needs no room. A permit does not tell of a receiver that was
//! dropped meanwhile.
//!
//! Prevents: work that is done and then dropped because the channel is full or the send was
//! cancelled.

use std::error::Error;

use tokio::sync::mpsc;

/// How many results may wait.
const CAPACITY: usize = 4;

/// Takes from `source` only what has a place: dropped while it waits, it has taken nothing.
async fn forward(
    source: &mut impl Iterator<Item = u32>,
    results: &mpsc::Sender<u32>,
) -> Result<bool, mpsc::error::SendError<()>> {
    let place: mpsc::Permit<'_, u32> = results.reserve().await?;
    match source.next() {
        Some(value) => {
            place.send(value);
            Ok(true)
        }
        // A place that is dropped is free again.
        None => Ok(false),
    }
}

/// Room for a whole group before its first value goes in: cancelled, it has sent none of it. Other
/// senders' values may still come between; what must stay together is one message (a `Vec`).
async fn send_group(
    results: &mpsc::Sender<u32>,
    group: &[u32],
) -> Result<(), mpsc::error::SendError<()>> {
    let places: mpsc::PermitIterator<'_, u32> = results.reserve_many(group.len()).await?;
    for (place, value) in places.zip(group) {
        place.send(*value);
    }
    Ok(())
}

/// A place that is sent along to a task; filling it gives the sender back.
async fn compute_later(
    results: mpsc::Sender<u32>,
) -> Result<mpsc::Sender<u32>, Box<dyn Error + Send + Sync>> {
    let place: mpsc::OwnedPermit<u32> = results.reserve_owned().await?;
    Ok(tokio::spawn(async move { place.send(6 * 7) }).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (results, mut received) = mpsc::channel(CAPACITY);
    send_group(&results, &[1, 2]).await?;
    forward(&mut [3].into_iter(), &results).await?;
    let results = compute_later(results).await?;

    // Full: the source keeps its value.
    let rest = results.try_reserve_many(results.capacity())?;
    let mut source = [5].into_iter();
    println!("at once: {}", results.try_reserve().is_ok());
    tokio::select! {
        biased;
        sent = forward(&mut source, &results) => println!("sent {sent:?}"),
        () = std::future::ready(()) => println!("given up, still there: {:?}", source.next()),
    }

    drop(rest);
    drop(results);
    let mut all = Vec::new();
    while let Some(result) = received.recv().await {
        all.push(result);
    }
    println!("{all:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_place_that_is_not_used_is_free_again() {
        let (results, _received) = mpsc::channel(1);
        assert!(!forward(&mut [].into_iter(), &results).await.unwrap());
        assert_eq!(results.capacity(), 1);
    }

    #[tokio::test]
    async fn nothing_is_taken_when_nobody_receives() {
        let (results, received) = mpsc::channel(1);
        drop(received);
        let mut source = [1].into_iter();
        assert!(forward(&mut source, &results).await.is_err());
        assert_eq!(source.next(), Some(1));
    }

    #[tokio::test]
    async fn a_group_goes_in_whole_or_not_at_all() {
        let (results, received) = mpsc::channel(2);
        results.send(0).await.unwrap();
        tokio::select! {
            biased;
            _ = send_group(&results, &[1, 2]) => panic!("there is room for one only"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(received.len(), 1);
    }

    #[tokio::test]
    async fn more_than_fits_can_never_be_reserved() {
        let (results, _received) = mpsc::channel(1);
        assert!(send_group(&results, &[1, 2]).await.is_err());
    }
}
