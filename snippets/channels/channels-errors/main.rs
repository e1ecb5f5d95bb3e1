//! What each channel's error means, and one error for a service to hand on.
//!
//! Use it when a function talks over several channels and its callers should learn what happened,
//! not which channel it was.
//!
//! Prevents: a lag that is taken for the end, an empty channel taken for a closed one, and `unwrap`
//! on errors that belong to every day.

use std::error::Error;
use std::fmt;

use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// What callers can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// The other side is gone: nothing will come or be taken any more.
    Gone,
    /// It is there, but full or empty at the moment.
    Busy,
    /// This receiver was too slow and has missed so many messages; the next one can be received.
    Missed(u64),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the other side is gone"),
            Self::Busy => f.write_str("busy, try again"),
            Self::Missed(count) => write!(f, "missed {count} messages"),
        }
    }
}

impl Error for Failure {}

// The receiver was dropped or closed; the value comes back in the error.
impl<T> From<mpsc::error::SendError<T>> for Failure {
    fn from(_: mpsc::error::SendError<T>) -> Self {
        Self::Gone
    }
}

impl<T> From<mpsc::error::TrySendError<T>> for Failure {
    fn from(error: mpsc::error::TrySendError<T>) -> Self {
        match error {
            mpsc::error::TrySendError::Full(_) => Self::Busy,
            mpsc::error::TrySendError::Closed(_) => Self::Gone,
        }
    }
}

impl From<mpsc::error::TryRecvError> for Failure {
    fn from(error: mpsc::error::TryRecvError) -> Self {
        match error {
            mpsc::error::TryRecvError::Empty => Self::Busy,
            mpsc::error::TryRecvError::Disconnected => Self::Gone,
        }
    }
}

// The sender was dropped without an answer: its task panicked, was cancelled, or did not answer.
impl From<oneshot::error::RecvError> for Failure {
    fn from(_: oneshot::error::RecvError) -> Self {
        Self::Gone
    }
}

impl From<oneshot::error::TryRecvError> for Failure {
    fn from(error: oneshot::error::TryRecvError) -> Self {
        match error {
            oneshot::error::TryRecvError::Empty => Self::Busy,
            // The sender is gone, or the value was taken already.
            oneshot::error::TryRecvError::Closed => Self::Gone,
        }
    }
}

// Nobody is subscribed at the moment, which for events is often no error at all.
impl<T> From<broadcast::error::SendError<T>> for Failure {
    fn from(_: broadcast::error::SendError<T>) -> Self {
        Self::Gone
    }
}

impl From<broadcast::error::RecvError> for Failure {
    fn from(error: broadcast::error::RecvError) -> Self {
        match error {
            broadcast::error::RecvError::Lagged(count) => Self::Missed(count),
            broadcast::error::RecvError::Closed => Self::Gone,
        }
    }
}

impl From<broadcast::error::TryRecvError> for Failure {
    fn from(error: broadcast::error::TryRecvError) -> Self {
        match error {
            broadcast::error::TryRecvError::Empty => Self::Busy,
            broadcast::error::TryRecvError::Lagged(count) => Self::Missed(count),
            broadcast::error::TryRecvError::Closed => Self::Gone,
        }
    }
}

// No receiver is left; the value was not even stored (`send_replace` would).
impl<T> From<watch::error::SendError<T>> for Failure {
    fn from(_: watch::error::SendError<T>) -> Self {
        Self::Gone
    }
}

// The senders are gone. From `changed` and `wait_for`: and their last value has been seen;
// `has_changed` says it even before.
impl From<watch::error::RecvError> for Failure {
    fn from(_: watch::error::RecvError) -> Self {
        Self::Gone
    }
}

/// Asks the worker and waits for its answer: two channels, one error.
async fn ask(worker: &mpsc::Sender<oneshot::Sender<u32>>) -> Result<u32, Failure> {
    let (answer, answered) = oneshot::channel();
    worker.try_send(answer)?;
    Ok(answered.await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let (worker, mut questions) = mpsc::channel::<oneshot::Sender<u32>>(1);
    let serving = tokio::spawn(async move {
        // Answers once, drops the second question, and leaves.
        if let Some(answer) = questions.recv().await {
            let _ = answer.send(42);
        }
        questions.recv().await;
    });
    println!("{:?}", ask(&worker).await);
    println!("{:?}", ask(&worker).await);
    let _ = serving.await;
    println!("{:?}", ask(&worker).await);

    let (events, mut slow) = broadcast::channel(2);
    for event in 0..5 {
        events.send(event)?;
    }
    println!("{:?}", slow.try_recv().map_err(Failure::from));
    println!("{:?}", slow.recv().await.map_err(Failure::from));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn full_is_not_gone() {
        let (worker, _questions) = mpsc::channel(1);
        let (first, _answered) = oneshot::channel();
        worker.send(first).await.unwrap();
        assert_eq!(ask(&worker).await, Err(Failure::Busy));
    }

    #[tokio::test]
    async fn empty_is_not_gone() {
        let (sender, mut receiver) = mpsc::channel::<u8>(1);
        let mut take = || receiver.try_recv().map_err(Failure::from);
        assert_eq!(take(), Err(Failure::Busy));
        drop(sender);
        assert_eq!(take(), Err(Failure::Gone));
    }

    #[tokio::test]
    async fn an_answer_that_is_not_there_yet_is_not_gone() {
        let (answer, mut answered) = oneshot::channel::<u8>();
        let mut take = || answered.try_recv().map_err(Failure::from);
        assert_eq!(take(), Err(Failure::Busy));
        drop(answer);
        assert_eq!(take(), Err(Failure::Gone));
    }

    #[tokio::test]
    async fn a_broadcast_without_subscribers_and_an_empty_one() {
        let (events, mut receiver) = broadcast::channel(2);
        let mut take = || receiver.try_recv().map_err(Failure::from);
        assert_eq!(take(), Err(Failure::Busy));
        drop(receiver);
        assert_eq!(events.send(1).map_err(Failure::from), Err(Failure::Gone));
    }

    #[tokio::test]
    async fn a_watch_gives_its_last_value_before_the_error() {
        let (setting, mut seen) = watch::channel(0);
        setting.send(1).unwrap();
        drop(setting);
        assert_eq!(seen.changed().await.map_err(Failure::from), Ok(()));
        assert_eq!(
            seen.changed().await.map_err(Failure::from),
            Err(Failure::Gone)
        );
        let (setting, seen) = watch::channel(0);
        drop(seen);
        assert_eq!(setting.send(1).map_err(Failure::from), Err(Failure::Gone));
    }
}
