//! Stop the intake of a queue, and finish what lies in it.
//!
//! Use it when a consumer has to stop while producers still hold senders: it refuses new work from
//! one moment on, and does what was accepted before.
//!
//! Prevents: accepted work that is dropped with the receiver at shutdown.

use std::error::Error;
use std::future::Future;
use std::pin::pin;

use tokio::select;
use tokio::sync::{mpsc, oneshot};

/// How many jobs may wait.
const CAPACITY: usize = 16;

/// Takes jobs until `stop` completes, then refuses new ones and finishes the accepted.
///
/// Ends when every sender is dropped, or after the stop, when nothing is queued and no reserved
/// place is open.
async fn consume(mut jobs: mpsc::Receiver<u32>, stop: impl Future) -> Vec<u32> {
    let mut stop = pin!(stop);
    let mut open = true;
    let mut done = Vec::new();
    loop {
        select! {
            biased;
            _ = &mut stop, if open => {
                // From here on `send` fails and gives its job back to the producer.
                jobs.close();
                open = false;
            }
            // Only `recv` races with the stop, and loses nothing. A job is done in the handler,
            // where an await cannot be cut off.
            job = jobs.recv() => match job {
                Some(job) => done.push(job),
                None => return done,
            },
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (jobs, receiver) = mpsc::channel(CAPACITY);
    let (stop, stopped) = oneshot::channel::<()>();
    let consumer = tokio::spawn(consume(receiver, stopped));

    jobs.send(1).await?;
    jobs.send(2).await?;
    drop(stop);
    let done = consumer.await?;

    match jobs.send(3).await {
        Ok(()) => println!("3 was accepted"),
        Err(refused) => println!("refused: {}", refused.0),
    }
    println!("done: {done:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn what_was_accepted_before_the_stop_is_done() {
        let (jobs, receiver) = mpsc::channel(5);
        for job in 0..5 {
            jobs.send(job).await.unwrap();
        }
        assert_eq!(consume(receiver, ready(())).await, [0, 1, 2, 3, 4]);
        assert_eq!(jobs.send(5).await.unwrap_err().0, 5);
    }

    #[tokio::test]
    async fn without_a_stop_it_ends_with_the_last_sender() {
        let (jobs, receiver) = mpsc::channel(CAPACITY);
        jobs.send(1).await.unwrap();
        drop(jobs);
        assert_eq!(consume(receiver, pending::<()>()).await, [1]);
    }

    #[tokio::test]
    async fn a_place_reserved_before_the_stop_is_still_filled() {
        let (jobs, receiver) = mpsc::channel(CAPACITY);
        let place = jobs.reserve().await.unwrap();
        let consumer = tokio::spawn(consume(receiver, ready(())));
        tokio::task::yield_now().await;
        assert!(jobs.is_closed() && !consumer.is_finished());
        place.send(7);
        assert_eq!(consumer.await.unwrap(), [7]);
    }
}
