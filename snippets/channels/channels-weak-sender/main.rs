//! A sender that does not keep its channel open.
//!
//! Use it when something beside the producers wants to send now and then (a timer, the consumer
//! itself, a registry), but the channel must end when the producers are done.
//!
//! Prevents: a consumer that waits for ever because it holds a sender of its own channel, or
//! because a registry does.

use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinError;

/// Work that may bring more work.
#[derive(Debug, PartialEq, Eq)]
enum Job {
    Page(u32),
    Link(u32),
}

/// Does jobs until the producers are done. A page has a link, which goes into the same queue.
async fn consume(mut jobs: mpsc::Receiver<Job>, again: mpsc::WeakSender<Job>) -> Vec<Job> {
    let mut done = Vec::new();
    while let Some(job) = jobs.recv().await {
        if let Job::Page(page) = job {
            // Only while somebody still holds a real sender; never wait for room in one's own
            // queue.
            if let Some(jobs) = again.upgrade() {
                let _ = jobs.try_send(Job::Link(page));
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
    for page in 1..=2 {
        if jobs.send(Job::Page(page)).await.is_err() {
            break;
        }
    }
    // The consumer has its turn while the queue is still open.
    tokio::task::yield_now().await;
    drop(jobs);
    println!("{:?}", consumer.await?);

    // The other channels with many senders have it too.
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
        jobs.send(Job::Link(1)).await.unwrap();
        drop(jobs);
        assert_eq!(consume(receiver, weak.clone()).await, [Job::Link(1)]);
        assert!(weak.upgrade().is_none());
    }

    #[tokio::test]
    async fn while_a_producer_lives_work_may_bring_work() {
        let (jobs, receiver) = mpsc::channel(8);
        let consumer = tokio::spawn(consume(receiver, jobs.downgrade()));
        jobs.send(Job::Page(1)).await.unwrap();
        tokio::task::yield_now().await;
        drop(jobs);
        assert_eq!(consumer.await.unwrap(), [Job::Page(1), Job::Link(1)]);
    }

    #[tokio::test]
    async fn a_full_queue_does_not_stop_its_own_consumer() {
        let (jobs, receiver) = mpsc::channel(1);
        let consumer = tokio::spawn(consume(receiver, jobs.downgrade()));
        for page in 0..10 {
            jobs.send(Job::Page(page)).await.unwrap();
        }
        drop(jobs);
        assert!(consumer.await.unwrap().len() >= 10);
    }
}
