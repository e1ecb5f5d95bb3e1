//! The waker of the first poll is kept, and the future then moves to another task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

#[derive(Clone, Default)]
struct Event(Arc<Mutex<(bool, Option<Waker>)>>);

impl Event {
    fn set(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }
}

impl Future for Event {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1.get_or_insert_with(|| context.waker().clone());
        Poll::Pending
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let event = Event::default();
    let mut waiting = event.clone();
    tokio::select! {
        biased;
        () = &mut waiting => {}
        () = std::future::ready(()) => {}
    }
    let task = tokio::spawn(async move {
        println!("reached");
        waiting.await;
        println!("set");
    });
    tokio::task::yield_now().await;
    event.set();
    let _ = task.await;
}
