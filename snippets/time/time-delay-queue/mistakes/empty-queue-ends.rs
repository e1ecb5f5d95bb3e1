//! The queue is empty at first, and that is taken for its end.

use std::future::poll_fn;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::time::DelayQueue;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(1);
    tokio::spawn(async move {
        let _ = tx.send("session").await;
    });

    let mut expirations = DelayQueue::new();
    loop {
        tokio::select! {
            Some(session) = rx.recv() => {
                expirations.insert(session, Duration::from_millis(10));
            }
            expired = poll_fn(|cx| expirations.poll_expired(cx)) => match expired {
                Some(expired) => println!("{} expired", expired.into_inner()),
                None => break,
            },
        }
    }
    if rx.try_recv().is_err() {
        println!("ended before the first session came");
    }
}
