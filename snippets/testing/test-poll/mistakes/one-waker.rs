//! Two tasks wait, and the place for their waker holds one.

use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, Waker};

struct Gate {
    open: bool,
    waiting: Option<Waker>,
}

static GATE: Mutex<Gate> = Mutex::new(Gate {
    open: false,
    waiting: None,
});

async fn passed() {
    poll_fn(|context| {
        let mut gate = GATE.lock().unwrap_or_else(PoisonError::into_inner);
        if gate.open {
            return Poll::Ready(());
        }
        gate.waiting = Some(context.waker().clone());
        Poll::Pending
    })
    .await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let (first, second) = (tokio::spawn(passed()), tokio::spawn(passed()));
    tokio::task::yield_now().await;

    let mut gate = GATE.lock().unwrap_or_else(PoisonError::into_inner);
    gate.open = true;
    let waiting = gate.waiting.take();
    drop(gate);
    waiting.into_iter().for_each(Waker::wake);

    second.await?;
    println!("reached");
    first.await
}
