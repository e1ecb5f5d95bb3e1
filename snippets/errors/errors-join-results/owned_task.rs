//! One `Result` out of the two that a task gives, and no sibling left running.
//!
//! Use it when a function splits its work over a few fallible tasks and the first failure decides:
//! `try_join!` then sees the tasks' own errors, and what is left of them is aborted. For a single
//! `JoinHandle` write `task.await??`.
//!
//! Prevents: errors that hide in the `Ok` of a `JoinHandle`, and siblings that work on after the
//! caller has given up.

use std::future::Future;

use tokio::task::JoinError;
use tokio_util::task::AbortOnDropHandle;

/// Starts `task` at once; the returned future gives its result.
///
/// # Errors
///
/// The task's own error, or `E::from(JoinError)` if it panicked or was cancelled.
///
/// # Panics
///
/// Outside of a Tokio runtime.
///
/// # Cancel safety
///
/// Dropping the returned future aborts the task at its next await, and does not wait for it. Where
/// siblings must tidy up first, cancel a token and join them instead.
pub fn spawn_owned<T, E>(
    task: impl Future<Output = Result<T, E>> + Send + 'static,
) -> impl Future<Output = Result<T, E>> + Send
where
    T: Send + 'static,
    E: From<JoinError> + Send + 'static,
{
    // Not inside the async block: that would start the task only when it is awaited.
    let task = AbortOnDropHandle::new(tokio::spawn(task));
    async { task.await? }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    #[derive(Debug)]
    enum Failure {
        Inner,
        Task(JoinError),
    }

    impl From<JoinError> for Failure {
        fn from(error: JoinError) -> Self {
            Self::Task(error)
        }
    }

    async fn fail() -> Result<(), Failure> {
        yield_now().await;
        Err(Failure::Inner)
    }

    #[tokio::test]
    async fn a_value_and_an_error_pass_through() {
        assert!(matches!(
            spawn_owned(async { Ok::<_, Failure>(7) }).await,
            Ok(7)
        ));
        assert!(matches!(spawn_owned(fail()).await, Err(Failure::Inner)));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_the_caller() {
        let task = spawn_owned(async { panic!("a bug") });
        let result: Result<(), Failure> = task.await;
        assert!(matches!(result, Err(Failure::Task(error)) if error.is_panic()));
    }

    #[tokio::test]
    async fn the_task_runs_before_anybody_awaits_it() {
        let (sender, mut started) = oneshot::channel();
        let _task = spawn_owned(async move {
            let _ = sender.send(());
            pending::<Result<(), Failure>>().await
        });
        yield_now().await;
        assert!(started.try_recv().is_ok());
    }

    #[tokio::test]
    async fn the_first_error_ends_the_others() {
        let (held, dropped) = oneshot::channel::<()>();
        let sibling = spawn_owned(async move {
            let _held = held;
            pending::<Result<(), Failure>>().await
        });
        let result = tokio::try_join!(sibling, spawn_owned(fail()));
        assert!(matches!(result, Err(Failure::Inner)));
        assert!(dropped.await.is_err(), "the sibling is gone");
    }

    #[tokio::test]
    async fn all_of_them_give_a_tuple() {
        let result = tokio::try_join!(
            spawn_owned(async { Ok::<_, Failure>(1) }),
            spawn_owned(async { Ok("two") }),
        );
        assert!(matches!(result, Ok((1, "two"))));
    }
}
