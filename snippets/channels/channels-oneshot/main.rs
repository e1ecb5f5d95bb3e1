//! One value, with a deadline, and a worker that notices when nobody waits.
//!
//! Use it when one side computes a value and another waits for it, but not for ever. If the value
//! is simply what a task ends with, await its `JoinHandle` instead.
//!
//! Prevents: work that goes on for a caller that has long given up.

use std::error::Error;
use std::fmt;
use std::future::{Future, pending, ready};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long the caller waits for the value.
const TIMEOUT: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (reply, value) = oneshot::channel();
    tokio::spawn(work(ready(42), reply));
    println!("quick: {:?}", wait(value).await);

    let (reply, value) = oneshot::channel();
    let worker = tokio::spawn(work(pending::<u32>(), reply));
    println!("slow: {:?}", wait(value).await);
    println!("the slow worker: {:?}", worker.await);

    let (reply, value) = oneshot::channel::<u32>();
    drop(reply);
    println!("dropped: {:?}", wait(value).await);
}

/// Why there is no value.
#[derive(Debug, PartialEq)]
enum NoValue {
    /// Nothing came within [`TIMEOUT`].
    TooLate,
    /// The worker dropped its sender: it panicked, was cancelled, or decided not to answer.
    WorkerGone,
}

/// What became of the work.
#[derive(Debug, PartialEq)]
enum Outcome {
    Delivered,
    NobodyWaits,
}

async fn wait<T>(value: oneshot::Receiver<T>) -> Result<T, NoValue> {
    // The receiver moves in and is dropped at the deadline, which is what the worker sees.
    match timeout(TIMEOUT, value).await {
        Ok(received) => received.map_err(|_| NoValue::WorkerGone),
        Err(_) => Err(NoValue::TooLate),
    }
}

async fn work<T>(compute: impl Future<Output = T>, mut reply: oneshot::Sender<T>) -> Outcome {
    let value = tokio::select! {
        // First in order: when the caller has left before the start, nothing is computed.
        biased;
        () = reply.closed() => return Outcome::NobodyWaits,
        value = compute => value,
    };
    // The caller may still leave between the two lines; then the value comes back as an error.
    match reply.send(value) {
        Ok(()) => Outcome::Delivered,
        Err(_unwanted) => Outcome::NobodyWaits,
    }
}

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLate => "no value in time",
            Self::WorkerGone => "the worker is gone",
        })
    }
}

impl Error for NoValue {}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn a_value_in_time_is_delivered() {
        let start = Instant::now();
        let (reply, value) = oneshot::channel();
        let compute = async {
            sleep(TIMEOUT / 2).await;
            42
        };
        let worker = tokio::spawn(work(compute, reply));
        assert_eq!(wait(value).await, Ok(42));
        assert_eq!(start.elapsed(), TIMEOUT / 2);
        assert_eq!(worker.await.unwrap(), Outcome::Delivered);
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_deadline_both_sides_stop() {
        let start = Instant::now();
        let (reply, value) = oneshot::channel();
        let worker = tokio::spawn(work(sleep(TIMEOUT * 100), reply));
        assert_eq!(wait(value).await, Err(NoValue::TooLate));
        assert_eq!(worker.await.unwrap(), Outcome::NobodyWaits);
        assert_eq!(start.elapsed(), TIMEOUT);
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_never_begun() {
        let (reply, value) = oneshot::channel();
        drop(value);
        let mut begun = false;
        assert_eq!(
            work(async { begun = true }, reply).await,
            Outcome::NobodyWaits
        );
        assert!(!begun);
    }

    #[tokio::test]
    async fn a_caller_may_leave_at_the_last_moment() {
        let (reply, value) = oneshot::channel();
        let compute = async { drop(value) };
        assert_eq!(work(compute, reply).await, Outcome::NobodyWaits);
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_panics_is_seen_at_once() {
        let start = Instant::now();
        let (reply, value) = oneshot::channel::<u32>();
        let worker = tokio::spawn(work(async { panic!("bad input") }, reply));
        assert_eq!(wait(value).await, Err(NoValue::WorkerGone));
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(worker.await.unwrap_err().is_panic());
    }
}
