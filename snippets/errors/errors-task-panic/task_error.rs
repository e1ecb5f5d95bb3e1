//! What became of a task: its error, its panic or its cancellation, told apart.
//!
//! Use it when the results of spawned tasks decide what happens next: retry the error, report the panic
//! with its message, pass over the cancellation.
//!
//! Prevents: "task panicked" in the log for a task that was merely cancelled, panic messages that are
//! lost, and errors hidden inside `Ok` because only the outer of two `Result`s was looked at.

use std::any::Any;
use std::error::Error;
use std::fmt;

use tokio::task::{JoinError, JoinHandle};

/// Why a task gave no value.
#[derive(Debug)]
#[non_exhaustive]
pub enum TaskError<E> {
    /// The task ended with this error.
    Failed(E),
    /// The task panicked with this message.
    Panicked(String),
    /// The task was aborted, or its runtime shut down.
    Cancelled,
}

impl<E> From<JoinError> for TaskError<E> {
    fn from(error: JoinError) -> Self {
        match error.try_into_panic() {
            Ok(payload) => Self::Panicked(panic_message(&*payload)),
            Err(_) => Self::Cancelled,
        }
    }
}

impl<E: fmt::Display> fmt::Display for TaskError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "failed: {error}"),
            Self::Panicked(message) => write!(f, "panicked: {message}"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

impl<E: Error + 'static> Error for TaskError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // The message of `Failed` contains that of the inner error, so this goes to the next one.
            Self::Failed(error) => error.source(),
            Self::Panicked(_) | Self::Cancelled => None,
        }
    }
}

/// Waits for a fallible task and turns its two nested results into one.
///
/// # Errors
///
/// [`TaskError::Failed`] with the task's own error, otherwise what happened to the task. To let a panic
/// go on in the caller, match on the `JoinError` and call `std::panic::resume_unwind` instead.
///
/// # Cancel safety
///
/// Dropping the future detaches the task, which runs on. Abort it first if it shall end.
pub async fn join<T, E>(task: JoinHandle<Result<T, E>>) -> Result<T, TaskError<E>> {
    task.await?.map_err(TaskError::Failed)
}

/// The text of a panic. `panic!` with a message gives a `&str` or a `String`; other payloads have none.
fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "no message".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::panic::panic_any;

    type Outcome = io::Result<u32>;

    async fn panicking(task: impl FnOnce() -> Outcome + Send + 'static) -> String {
        match join(tokio::spawn(async { task() })).await {
            Err(TaskError::Panicked(message)) => message,
            other => format!("not a panic: {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_value_passes_through() -> Result<(), TaskError<io::Error>> {
        assert_eq!(join(tokio::spawn(async { Outcome::Ok(3) })).await?, 3);
        Ok(())
    }

    #[tokio::test]
    async fn an_error_keeps_its_type() {
        let task = tokio::spawn(async { Outcome::Err(io::ErrorKind::NotFound.into()) });
        let result = join(task).await;
        assert!(matches!(result, Err(TaskError::Failed(e)) if e.kind() == io::ErrorKind::NotFound));
    }

    #[tokio::test]
    async fn every_kind_of_panic_message_is_kept() {
        assert_eq!(panicking(|| panic!("plain")).await, "plain");
        let number = 3;
        assert_eq!(panicking(move || panic!("bad {number}")).await, "bad 3");
        assert_eq!(panicking(|| panic_any(7_u8)).await, "no message");
    }

    #[tokio::test]
    async fn an_aborted_task_is_cancelled_and_not_panicked() {
        let task = tokio::spawn(std::future::pending::<Outcome>());
        task.abort();
        assert!(matches!(join(task).await, Err(TaskError::Cancelled)));
    }

    #[test]
    fn the_chain_goes_on_behind_the_error_that_was_named() {
        let save: TaskError<io::Error> = TaskError::Failed(io::Error::other("disk full"));
        assert_eq!(save.to_string(), "failed: disk full");
        assert!(save.source().is_none());

        let upload = TaskError::Failed(Upload(io::Error::other("no route")));
        assert_eq!(upload.to_string(), "failed: upload");
        assert_eq!(
            upload.source().map(ToString::to_string).as_deref(),
            Some("no route")
        );
    }

    #[derive(Debug)]
    struct Upload(io::Error);

    impl fmt::Display for Upload {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("upload")
        }
    }

    impl Error for Upload {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn it_may_cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<TaskError<io::Error>>();
    }
}
