//! Callbacks of a synchronous library that start async work and get its result.
//!
//! Use it when a foreign library, a GUI or an audio driver calls plain functions on threads of its
//! own. `waiting` blocks the callback until the answer is there, `posting` only leaves the event
//! for a task, `calling_back` hands the result to a function when it is ready.
//!
//! Prevents: "there is no reactor running" on the library's threads, "Cannot start a runtime from
//! within a runtime", and a GUI that freezes while it waits.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// A callback that blocks its thread until `work` has ended, for libraries that want an answer.
///
/// `None` if the future of `work` panicked, or if the runtime was shut down before it ended. A
/// current-thread runtime must be inside its `block_on` meanwhile, on another thread.
///
/// # Panics
///
/// The callback panics if `work` does before its future, or if it is called by async code: await
/// `work` there.
pub fn waiting<A, F>(
    runtime: Handle,
    work: impl Fn(A) -> F + Send + Sync + 'static,
) -> impl Fn(A) -> Option<F::Output> + Send + Sync + 'static
where
    F: Future<Output: Send> + Send + 'static,
{
    move |argument| {
        let (reply, answer) = oneshot::channel();
        let work = work(argument);
        // Not `Handle::block_on`: that drives no current-thread runtime, and panics with `work`.
        runtime.spawn(async move { reply.send(work.await) });
        answer.blocking_recv().ok()
    }
}

/// A callback that never waits: it leaves the event in `queue`, for one task to take in order.
///
/// `false` if the queue is full or its receiver gone, so that the event was dropped.
pub fn posting<A: Send + 'static>(
    queue: mpsc::Sender<A>,
) -> impl Fn(A) -> bool + Send + Sync + 'static {
    move |event| queue.try_send(event).is_ok()
}

/// A callback that starts `work`, and at its end calls `done` with the result, on a worker.
///
/// `done` must not block: it posts to the event loop of the GUI or sends to a channel. It is not
/// called if the future of `work` panics or the runtime is shut down first.
///
/// # Panics
///
/// The callback panics if `work` does before its future.
pub fn calling_back<A, F, D>(
    runtime: Handle,
    work: impl Fn(A) -> F + Send + Sync + 'static,
    done: D,
) -> impl Fn(A) + Send + Sync + 'static
where
    F: Future + Send + 'static,
    D: Fn(F::Output) + Clone + Send + Sync + 'static,
{
    move |argument| {
        let (work, done) = (work(argument), done.clone());
        runtime.spawn(async move { done(work.await) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::thread;
    use tokio::runtime::Runtime;
    use tokio::task::yield_now;

    async fn double(number: u32) -> u32 {
        yield_now().await;
        assert_ne!(number, 0, "a bug");
        number * 2
    }

    #[test]
    fn a_foreign_thread_waits_for_its_answer() -> std::io::Result<()> {
        let runtime = Runtime::new()?;
        let callback = waiting(runtime.handle().clone(), double);
        let answer = thread::spawn(move || callback(4)).join();
        assert_eq!(answer.ok(), Some(Some(8)));
        Ok(())
    }

    #[tokio::test]
    async fn it_also_waits_for_a_runtime_with_one_thread() {
        let callback = waiting(Handle::current(), double);
        let answer = tokio::task::spawn_blocking(move || callback(4)).await;
        assert_eq!(answer.ok(), Some(Some(8)));
    }

    #[test]
    fn a_panic_of_the_work_is_no_answer() -> std::io::Result<()> {
        let runtime = Runtime::new()?;
        assert_eq!(waiting(runtime.handle().clone(), double)(0), None);
        Ok(())
    }

    #[test]
    fn a_runtime_that_is_gone_gives_no_answer() -> std::io::Result<()> {
        let runtime = Runtime::new()?;
        let callback = waiting(runtime.handle().clone(), |()| pending::<()>());
        let waits = thread::spawn(move || [callback(()), callback(())]);
        runtime.shutdown_background();
        assert_eq!(waits.join().ok(), Some([None, None]));
        Ok(())
    }

    #[tokio::test]
    async fn posting_keeps_the_order_and_drops_what_finds_no_room() {
        let (queue, mut events) = mpsc::channel(2);
        let callback = posting(queue);
        let posted = [callback(1), callback(2), callback(3)];
        assert_eq!(posted, [true, true, false]);
        assert_eq!(
            (events.recv().await, events.recv().await),
            (Some(1), Some(2))
        );
        drop(events);
        assert!(!callback(4));
    }

    #[tokio::test]
    async fn the_result_is_called_back_from_the_runtime() {
        let (results, mut received) = mpsc::unbounded_channel();
        let done = move |result| {
            let _ = results.send(result);
        };
        let callback = calling_back(Handle::current(), double, done);
        // Returns at once, so that async code may call it too.
        callback(4);
        assert_eq!(received.recv().await, Some(8));
        callback(0);
        drop(callback);
        assert_eq!(received.recv().await, None, "no result of work that panics");
    }
}
