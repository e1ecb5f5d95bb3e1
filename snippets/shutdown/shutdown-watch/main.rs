//! Telling tasks to stop and waiting for them, with nothing but a watch channel.
//!
//! Use it when a program should do without tokio-util. Every task holds a receiver and looks for
//! `true` with `wait_for`; the owner waits in `closed` until all receivers are gone, and with them
//! the tasks.
//!
//! Prevents: loops that stop at any change, also to `false`, that never see a flag set before they
//! looked, or that run on when their owner is gone.

use std::error::Error;
use tokio::sync::{mpsc, watch};

/// Jobs that may wait for the worker.
const CAPACITY: usize = 8;

#[derive(Debug, PartialEq)]
enum Ending {
    /// The owner said so.
    Stopped,
    /// The owner is gone without a word: it returned early, or it panicked.
    Orphaned,
    /// There is no more work.
    Done,
}

/// Adds up its jobs until it is to stop; a job that was begun is finished.
///
/// The receiver lives as long as this future: its drop is what `Sender::closed` waits for.
async fn work(mut jobs: mpsc::Receiver<u32>, mut stop: watch::Receiver<bool>) -> (u32, Ending) {
    let mut sum = 0;
    loop {
        tokio::select! {
            biased;
            // Also true at once if the flag was set before this task existed.
            told = stop.wait_for(|stop| *stop) => {
                return (sum, if told.is_ok() { Ending::Stopped } else { Ending::Orphaned });
            }
            job = jobs.recv() => match job {
                Some(job) => sum += job,
                None => return (sum, Ending::Done),
            },
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (stop, stopping) = watch::channel(false);
    let (_jobs, queue) = mpsc::channel(CAPACITY);
    let told = tokio::spawn(work(queue, stopping.clone()));
    let (_other_jobs, queue) = mpsc::channel(CAPACITY);
    let told_too = tokio::spawn(work(queue, stopping));

    // Not `send`, which stores nothing once all receivers are gone.
    stop.send_replace(true);
    stop.closed().await;
    println!("all tasks have ended");
    println!("{:?} and {:?}", told.await?.1, told_too.await?.1);

    let (owner, stopping) = watch::channel(false);
    let (_jobs, queue) = mpsc::channel(CAPACITY);
    let orphan = tokio::spawn(work(queue, stopping));
    drop(owner);
    println!("{:?}", orphan.await?.1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_flag_that_was_set_before_is_seen() {
        let (stop, stopping) = watch::channel(true);
        let (_jobs, queue) = mpsc::channel(1);
        assert_eq!(work(queue, stopping).await, (0, Ending::Stopped));
        assert_eq!(stop.receiver_count(), 0);
    }

    #[tokio::test]
    async fn a_subscriber_that_comes_late_sees_it_too() {
        let stop = watch::Sender::new(false);
        stop.send_replace(true);
        let (_jobs, queue) = mpsc::channel(1);
        assert_eq!(work(queue, stop.subscribe()).await, (0, Ending::Stopped));
    }

    #[tokio::test]
    async fn a_change_to_false_stops_nobody() {
        let (stop, stopping) = watch::channel(false);
        let (jobs, queue) = mpsc::channel(1);
        let task = tokio::spawn(work(queue, stopping));
        yield_now().await;
        stop.send_replace(false);
        yield_now().await;
        jobs.send(7).await.expect("it still works");
        drop(jobs);
        assert_eq!(task.await.expect("no panic"), (7, Ending::Done));
    }

    #[tokio::test]
    async fn stop_goes_before_jobs_that_wait() {
        let (stop, stopping) = watch::channel(false);
        let (jobs, queue) = mpsc::channel(1);
        jobs.send(7).await.expect("there is room");
        stop.send_replace(true);
        assert_eq!(work(queue, stopping).await, (0, Ending::Stopped));
    }

    #[tokio::test]
    async fn the_owner_is_gone() {
        let (stop, stopping) = watch::channel(false);
        let (_jobs, queue) = mpsc::channel(1);
        let task = tokio::spawn(work(queue, stopping));
        drop(stop);
        assert_eq!(task.await.expect("no panic"), (0, Ending::Orphaned));
    }

    #[tokio::test]
    async fn a_flag_set_last_goes_before_the_end_of_the_owner() {
        let (stop, stopping) = watch::channel(false);
        stop.send_replace(true);
        drop(stop);
        let (_jobs, queue) = mpsc::channel(1);
        assert_eq!(work(queue, stopping).await, (0, Ending::Stopped));
    }

    #[tokio::test]
    async fn closed_waits_for_every_task_and_for_panics() {
        let (stop, mut stopping) = watch::channel(false);
        let failing = stopping.clone();
        let bug = tokio::spawn(async move {
            let _failing = failing;
            panic!("a bug");
        });
        let task = tokio::spawn(async move { stopping.wait_for(|stop| *stop).await.is_ok() });
        stop.send_replace(true);
        stop.closed().await;
        assert_eq!(stop.receiver_count(), 0);
        assert!(task.await.expect("no panic"));
        assert!(bug.await.is_err_and(|error| error.is_panic()));
    }
}
