//! Every turn calls the operation afresh, and every tick drops what it had done so far.

use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::mpsc;
use tokio::task::yield_now;

static BEGUN: AtomicU32 = AtomicU32::new(0);
static DONE: AtomicU32 = AtomicU32::new(0);

async fn operation() {
    BEGUN.fetch_add(1, Ordering::Relaxed);
    for _ in 0..10 {
        yield_now().await;
    }
    DONE.fetch_add(1, Ordering::Relaxed);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (events, mut queue) = mpsc::channel(1);
    tokio::spawn(async move {
        for n in 0..4 {
            let _ = events.send(n).await;
        }
        drop(events);
    });
    loop {
        tokio::select! {
            biased;
            () = operation() => break,
            event = queue.recv() => if event.is_none() {
                break;
            },
        }
    }
    let (begun, done) = (&BEGUN, &DONE);
    println!("begun {begun:?} times, done {done:?} times");
}
