//! Futures tested poll by poll: pending, woken, ready.
//!
//! Use it when you wrote a future, a stream or a synchronization primitive by hand, or when a test
//! must say what happens between two polls. No runtime, no clock and no scheduler take part.
//!
//! Prevents: missing wake-ups, which hang a program and still pass many tests, because a task is
//! polled for other reasons as well.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Closed until it is opened, once and for all.
#[derive(Debug, Default)]
struct Gate(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    open: bool,
    waiting: Vec<Waker>,
}

impl Gate {
    fn open(&self) {
        let mut state = self.state();
        state.open = true;
        let waiting = std::mem::take(&mut state.waiting);
        // A waker is foreign code and may poll at once: not under the lock.
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Cancel safe. The waker of a wait that was dropped stays until the gate opens.
    fn passed(&self) -> Passed<'_> {
        Passed(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The future of [`Gate::passed`].
#[must_use = "futures do nothing unless polled"]
struct Passed<'a>(&'a Gate);

impl Future for Passed<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // Look and register under one lock, or the gate may open in between.
        let mut state = self.0.state();
        if state.open {
            return Poll::Ready(());
        }
        if !state
            .waiting
            .iter()
            .any(|waker| waker.will_wake(context.waker()))
        {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let gate = Gate::default();
    tokio::join!(
        async {
            gate.passed().await;
            println!("passed");
        },
        async {
            println!("opening");
            gate.open();
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::task::Wake;
    use tokio::sync::mpsc;
    use tokio_test::task::spawn;
    use tokio_test::{assert_pending, assert_ready, assert_ready_eq};

    #[test]
    fn waits_is_woken_and_passes() {
        let gate = Gate::default();
        let mut wait = spawn(gate.passed());
        assert_pending!(wait.poll());
        assert!(!wait.is_woken());
        gate.open();
        assert!(wait.is_woken());
        assert_ready!(wait.poll());
    }

    #[test]
    fn an_open_gate_is_ready_at_the_first_poll() {
        let gate = Gate::default();
        gate.open();
        assert_ready!(spawn(gate.passed()).poll());
    }

    #[test]
    fn all_that_wait_are_woken() {
        let gate = Gate::default();
        let mut waits = [spawn(gate.passed()), spawn(gate.passed())];
        for wait in &mut waits {
            assert_pending!(wait.poll());
        }
        gate.open();
        for wait in &mut waits {
            assert!(wait.is_woken());
            assert_ready!(wait.poll());
        }
    }

    #[test]
    fn a_task_that_polls_again_is_registered_once() {
        let gate = Gate::default();
        let mut wait = spawn(gate.passed());
        for _ in 0..3 {
            assert_pending!(wait.poll());
        }
        // One for the test and one in the gate.
        assert_eq!(wait.waker_ref_count(), 2);
        gate.open();
        assert_eq!(wait.waker_ref_count(), 1);
    }

    // A future may move to another task between two polls; the last waker counts.
    #[test]
    fn a_future_that_moved_wakes_its_new_task() {
        let gate = Gate::default();
        let mut first = spawn(gate.passed());
        assert_pending!(first.poll());
        let mut second = spawn(first.into_inner());
        assert_pending!(second.poll());
        gate.open();
        assert!(second.is_woken());
        assert_ready!(second.poll());
    }

    #[test]
    fn a_waker_may_look_at_the_gate() {
        struct Looks(Arc<Gate>);
        impl Wake for Looks {
            fn wake(self: Arc<Self>) {
                assert!(self.0.state().open);
            }
        }
        let gate = Arc::new(Gate::default());
        let waker = Waker::from(Arc::new(Looks(Arc::clone(&gate))));
        let mut wait = gate.passed();
        let poll = Pin::new(&mut wait).poll(&mut Context::from_waker(&waker));
        assert_pending!(poll);
        gate.open();
    }

    // The same for what Tokio gives: between polls nothing moves but what the test moves.
    #[test]
    fn a_receiver_is_woken_by_a_message() {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut recv = spawn(receiver.recv());
        assert_pending!(recv.poll());
        assert!(sender.try_send(3).is_ok());
        assert!(recv.is_woken());
        assert_ready_eq!(recv.poll(), Some(3));
    }
}
