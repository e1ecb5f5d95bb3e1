//! A value that comes later, to be awaited: a future by hand.
//!
//! Use it when an event source can only call back, or to learn what every hand-written future must
//! do. Where a `tokio::sync::oneshot` fits, take that: it is this, and more.
//!
//! Prevents: a future that returns `Pending` and is never woken, and one that wakes the task which
//! polled it first, although another has it now.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The future: gives the value, or [`Abandoned`] when there can be none any more.
///
/// Cancel safe. Polled again after it was ready, it gives [`Abandoned`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Completion<T>(Arc<Mutex<State<T>>>);

/// The other end, to be called from any thread.
#[derive(Debug)]
pub struct Completer<T>(Arc<Mutex<State<T>>>);

/// The [`Completer`] was dropped without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abandoned;

#[derive(Debug)]
struct State<T> {
    outcome: Option<Result<T, Abandoned>>,
    is_over: bool,
    waker: Option<Waker>,
}

/// A future and what completes it.
pub fn completion<T>() -> (Completer<T>, Completion<T>) {
    let state = Arc::new(Mutex::new(State {
        outcome: None,
        is_over: false,
        waker: None,
    }));
    (Completer(Arc::clone(&state)), Completion(state))
}

impl<T> Completer<T> {
    /// Gives the value and wakes whoever waits for it.
    pub fn complete(self, value: T) {
        finish(&self.0, Ok(value));
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        finish(&self.0, Err(Abandoned));
    }
}

/// The first outcome counts.
fn finish<T>(state: &Mutex<State<T>>, outcome: Result<T, Abandoned>) {
    let waker = {
        let mut state = lock(state);
        if state.is_over {
            return;
        }
        state.is_over = true;
        state.outcome = Some(outcome);
        state.waker.take()
    };
    // Without the lock: waking may poll at once, on this very thread.
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl<T> Future for Completion<T> {
    type Output = Result<T, Abandoned>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = lock(&self.0);
        if state.is_over {
            return Poll::Ready(state.outcome.take().unwrap_or(Err(Abandoned)));
        }
        // The waker of this poll counts: the future may have moved to another task.
        match &mut state.waker {
            Some(waker) => waker.clone_from(context.waker()),
            None => state.waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    // No change is ever left half done.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("completed by nobody")
    }
}

impl std::error::Error for Abandoned {}

#[cfg(test)]
mod tests {
    use tokio_test::{assert_pending, assert_ready_eq, task};

    use super::*;

    #[test]
    fn it_waits_is_woken_and_is_ready() {
        let (completer, completion) = completion();
        let mut completion = task::spawn(completion);
        assert_pending!(completion.poll());
        assert!(!completion.is_woken());
        completer.complete(3);
        assert!(completion.is_woken());
        assert_ready_eq!(completion.poll(), Ok(3));
        assert_ready_eq!(completion.poll(), Err(Abandoned));
    }

    #[test]
    fn a_value_that_is_there_already_needs_no_waker() {
        let (completer, completion) = completion();
        completer.complete("now");
        assert_ready_eq!(task::spawn(completion).poll(), Ok("now"));
    }

    #[test]
    fn the_task_that_polled_last_is_woken() {
        let (completer, mut completion) = completion();
        let mut first = task::spawn(());
        let mut last = task::spawn(());
        for task in [&mut first, &mut last] {
            task.enter(|context, _| assert_pending!(Pin::new(&mut completion).poll(context)));
        }
        completer.complete(());
        assert!(last.is_woken() && !first.is_woken());
    }

    #[test]
    fn a_completer_that_is_dropped_is_told() {
        let (completer, completion) = completion::<u8>();
        let mut completion = task::spawn(completion);
        assert_pending!(completion.poll());
        drop(completer);
        assert!(completion.is_woken());
        assert_ready_eq!(completion.poll(), Err(Abandoned));
    }

    #[tokio::test]
    async fn it_crosses_threads() {
        let (completer, completion) = completion();
        let thread = std::thread::spawn(|| completer.complete(7));
        assert_eq!(completion.await, Ok(7));
        thread.join().unwrap();
    }
}
