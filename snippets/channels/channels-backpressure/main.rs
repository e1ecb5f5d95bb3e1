//! A bounded queue that slows its producers down, or turns work away.
//!
//! Use it when work can arrive faster than it is done. A producer that may be slowed down awaits
//! `send`; one that may not (a request handler, a callback) offers the job and says no when the
//! queue is full.
//!
//! Prevents: a queue that grows until the memory is gone, and answers that come too late to matter.

use std::error::Error;
use std::fmt;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// How many jobs may wait: the most memory, and the longest wait, that you accept.
const CAPACITY: usize = 8;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (jobs, queue) = mpsc::channel(CAPACITY);
    let consumer = tokio::spawn(consume(queue));
    produce(100, jobs).await?;
    let report = consumer.await?;
    println!("waiting producer: {} of 100 jobs done", report.done);
    println!("queue within its capacity: {}", report.longest <= CAPACITY);

    let (jobs, _queue) = mpsc::channel(CAPACITY);
    while offer(&jobs, 0).is_ok() {}
    println!("full queue: {:?}", offer(&jobs, 0));
    Ok(())
}

/// Queues every job, as fast as the consumer allows.
///
/// # Errors
///
/// When the consumer is gone.
async fn produce(count: u32, jobs: mpsc::Sender<u32>) -> Result<(), Refused> {
    for job in 0..count {
        // Waits while the queue is full; this is the backpressure.
        jobs.send(job).await.map_err(|_| Refused::Closed)?;
    }
    Ok(())
}

/// Queues the job if there is room now, and never waits.
///
/// # Errors
///
/// [`Refused::Full`] is worth another try later, or a "503 try again"; [`Refused::Closed`] is not.
fn offer(jobs: &mpsc::Sender<u32>, job: u32) -> Result<(), Refused> {
    jobs.try_send(job).map_err(|error| match error {
        // The job is inside the error: hand it back (`into_inner`) where it is not `Copy`.
        TrySendError::Full(_) => Refused::Full,
        TrySendError::Closed(_) => Refused::Closed,
    })
}

#[derive(Debug, Default)]
struct Report {
    done: u32,
    longest: usize,
}

async fn consume(mut queue: mpsc::Receiver<u32>) -> Report {
    let mut report = Report::default();
    while let Some(job) = queue.recv().await {
        report.longest = report.longest.max(queue.len());
        handle(job).await;
        report.done += 1;
    }
    report
}

async fn handle(_job: u32) {
    // Stands for work that is slower than the producer.
    tokio::task::yield_now().await;
}

/// Why a job was not queued.
#[derive(Debug, PartialEq)]
enum Refused {
    Full,
    Closed,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the queue is full",
            Self::Closed => "the consumer is gone",
        })
    }
}

impl Error for Refused {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn a_slow_consumer_sets_the_pace() {
        let (jobs, mut queue) = mpsc::channel(2);
        tokio::spawn(async move {
            while queue.recv().await.is_some() {
                sleep(Duration::from_millis(100)).await;
            }
        });

        let start = Instant::now();
        let mut sent = Vec::new();
        for job in 0..5 {
            jobs.send(job).await.unwrap();
            sent.push(start.elapsed().as_millis());
        }
        assert_eq!(sent, [0, 0, 0, 100, 200]);
    }

    #[tokio::test]
    async fn the_queue_fills_up_but_no_further() {
        let (jobs, queue) = mpsc::channel(3);
        let (report, produced) = tokio::join!(consume(queue), produce(20, jobs));
        assert_eq!(produced, Ok(()));
        assert_eq!(report.done, 20);
        assert!((1..=3).contains(&report.longest), "{report:?}");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_until_there_is_room() {
        let (jobs, mut queue) = mpsc::channel(2);
        assert_eq!(offer(&jobs, 1), Ok(()));
        assert_eq!(offer(&jobs, 2), Ok(()));
        assert_eq!(offer(&jobs, 3), Err(Refused::Full));
        assert_eq!(queue.recv().await, Some(1));
        assert_eq!(offer(&jobs, 4), Ok(()));
    }

    #[tokio::test]
    async fn a_consumer_that_is_gone_is_told_from_a_full_queue() {
        let (jobs, queue) = mpsc::channel(1);
        drop(queue);
        assert_eq!(offer(&jobs, 1), Err(Refused::Closed));
        assert_eq!(produce(1, jobs).await, Err(Refused::Closed));
    }
}
