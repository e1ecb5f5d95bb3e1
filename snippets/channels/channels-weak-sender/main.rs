//! A sender that does not keep its channel open.
//!
//! Use it when something beside the producers sends what may also be missed (a timer, a registry,
//! the consumer itself), but the channel must end when the producers are done.
//!
//! Prevents: a consumer that waits for ever because it holds a sender of its own channel, or
//! because a registry does.

use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinError;

/// Questions to a cache.
#[derive(Debug, PartialEq, Eq)]
enum Job {
    Query(u32),
    Refresh(u32),
}

/// Answers until the producers are done, and refreshes later what was asked for.
async fn consume(mut jobs: mpsc::Receiver<Job>, again: mpsc::WeakSender<Job>) -> Vec<Job> {
    let mut done = Vec::new();
    while let Some(job) = jobs.recv().await {
        if let Job::Query(key) = job {
            // May be missed: it is dropped after the last producer, or when the queue is full, as
            // one never waits for room in one's own. What must be done belongs in a `VecDeque`.
            if let Some(jobs) = again.upgrade() {
                let _ = jobs.try_send(Job::Refresh(key));
            }
        }
        done.push(job);
    }
    done
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let (jobs, receiver) = mpsc::channel(8);
    let consumer = tokio::spawn(consume(receiver, jobs.downgrade()));
    for key in 1..=2 {
        if jobs.send(Job::Query(key)).await.is_err() {
            break;
        }
    }
    // The consumer has its turn while the queue is still open.
    tokio::task::yield_now().await;
    drop(jobs);
    println!("{:?}", consumer.await?);

    // `broadcast` and the unbounded mpsc have it too; `watch` has not.
    let (events, _) = broadcast::channel::<u8>(1);
    let weak: broadcast::WeakSender<u8> = events.downgrade();
    println!("broadcast open: {}", weak.upgrade().is_some());
    drop(events);
    println!("broadcast open: {}", weak.upgrade().is_some());

    let (log, _received) = mpsc::unbounded_channel::<u8>();
    let weak: mpsc::WeakUnboundedSender<u8> = log.downgrade();
    println!(
        "senders {}, weak {}",
        weak.strong_count(),
        weak.weak_count()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_weak_sender_keeps_nothing_open() {
        let (jobs, receiver) = mpsc::channel(8);
        let weak = jobs.downgrade();
        jobs.send(Job::Refresh(1)).await.unwrap();
        drop(jobs);
        assert_eq!(consume(receiver, weak.clone()).await, [Job::Refresh(1)]);
        assert!(weak.upgrade().is_none());
    }

    #[tokio::test]
    async fn while_a_producer_lives_a_query_brings_a_refresh() {
        let (jobs, receiver) = mpsc::channel(8);
        let consumer = tokio::spawn(consume(receiver, jobs.downgrade()));
        jobs.send(Job::Query(1)).await.unwrap();
        tokio::task::yield_now().await;
        drop(jobs);
        assert_eq!(consumer.await.unwrap(), [Job::Query(1), Job::Refresh(1)]);
    }

    #[tokio::test]
    async fn a_full_queue_does_not_stop_its_own_consumer() {
        let (jobs, receiver) = mpsc::channel(1);
        let consumer = tokio::spawn(consume(receiver, jobs.downgrade()));
        for key in 0..10 {
            jobs.send(Job::Query(key)).await.unwrap();
        }
        drop(jobs);
        assert!(consumer.await.unwrap().len() >= 10);
    }
}
