//! Bound an operation in time, and know what a timeout stops.
//!
//! Use it when an operation may take longer than its caller can wait: a request, a lock, a reply.
//! `timeout` drops the operation at the limit; a spawned task has to be aborted as well.
//!
//! Prevents: believing that a timeout interrupts code that does not await, or that it ends a task
//! whose `JoinHandle` it gave up.

use std::{io, time::Duration};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{sleep, timeout};

/// How long an operation may take.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Stands for a request that is answered after `latency`.
async fn request(latency: Duration) -> io::Result<&'static str> {
    sleep(latency).await;
    Ok("done")
}

/// At the limit the request is dropped with all that it owns; nothing of it goes on.
///
/// The `?` turns `Elapsed` into an `io::Error` of the kind `TimedOut`.
async fn request_within(limit: Duration, latency: Duration) -> io::Result<&'static str> {
    timeout(limit, request(latency)).await?
}

/// Waits for a task, and at the limit aborts it and waits for its end.
///
/// `timeout(limit, task)` would drop the handle, and that lets the task go on unseen; so does dropping
/// this call (`tasks-abort-on-drop`). A task that never yields, or a `spawn_blocking` that has begun,
/// cannot be aborted: its end is waited for beyond the limit.
async fn join_within<T>(limit: Duration, mut task: JoinHandle<T>) -> Result<T, JoinError> {
    if let Ok(joined) = timeout(limit, &mut task).await {
        return joined;
    }
    task.abort();
    // Either cancelled, or it was quicker than the abort and this is its result.
    task.await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let task = tokio::spawn(request(Duration::MAX));
    let (fast, slow, task) = tokio::join!(
        request_within(TIMEOUT, Duration::ZERO),
        request_within(TIMEOUT, Duration::MAX),
        join_within(TIMEOUT, task),
    );
    println!("fast: {}", fast?);
    match slow {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            println!("slow: timed out at {TIMEOUT:?}");
        }
        other => println!("slow: {other:?}"),
    }
    match task {
        Err(error) if error.is_cancelled() => println!("task: aborted at {TIMEOUT:?}"),
        other => println!("task: {other:?}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::{sync::oneshot, time::Instant};

    const TICK: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn a_request_in_time_costs_only_its_own_time() {
        let start = Instant::now();
        let reply = request_within(TIMEOUT + TICK, TIMEOUT).await;
        assert_eq!(reply.expect("in time"), "done");
        assert_eq!(start.elapsed(), TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_done_just_at_the_limit_counts() {
        assert_eq!(
            request_within(TIMEOUT, TIMEOUT).await.expect("in time"),
            "done"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_request_ends_at_the_limit() {
        let start = Instant::now();
        let error = request_within(TIMEOUT, TIMEOUT + TICK)
            .await
            .expect_err("too slow");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_operation_owns_is_dropped_at_the_limit() {
        let (owned, mut watched) = oneshot::channel::<()>();
        let operation = async move {
            let _owned = owned;
            pending::<()>().await;
        };
        let error = timeout(TIMEOUT, operation)
            .await
            .expect_err("it never ends");
        assert_eq!(error.to_string(), "deadline has elapsed");
        assert_eq!(
            watched.try_recv(),
            Err(oneshot::error::TryRecvError::Closed)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_ready_needs_no_time() {
        assert_eq!(timeout(Duration::ZERO, ready(7)).await, Ok(7));
        assert_eq!(timeout(Duration::MAX, ready(7)).await, Ok(7));
    }

    #[tokio::test]
    async fn code_that_does_not_await_ends_late_and_well() {
        let blocking = async {
            std::thread::sleep(10 * TICK);
            "late"
        };
        assert_eq!(timeout(TICK, blocking).await, Ok("late"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_in_time_gives_its_output() {
        let task = tokio::spawn(request(TIMEOUT));
        let joined = join_within(TIMEOUT + TICK, task).await.expect("in time");
        assert_eq!(joined.expect("no error"), "done");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_task_is_gone_when_the_limit_is_reported() {
        let start = Instant::now();
        let (owned, mut watched) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let _owned = owned;
            pending::<()>().await;
        });
        let error = join_within(TIMEOUT, task).await.expect_err("too slow");
        assert!(error.is_cancelled());
        assert_eq!(start.elapsed(), TIMEOUT);
        assert_eq!(
            watched.try_recv(),
            Err(oneshot::error::TryRecvError::Closed)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_no_timeout() {
        let task = tokio::spawn(async { panic!("a bug") });
        assert!(
            join_within(TIMEOUT, task)
                .await
                .expect_err("a panic")
                .is_panic()
        );
    }
}
