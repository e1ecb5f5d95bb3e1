//! The indexer of a service panics; the service stops, its other task tidies up.

use critical_tasks::{STOP_LIMIT, watch};
use std::io;
use tokio_util::sync::CancellationToken;
use tokio_util::task::JoinMap;

pub mod critical_tasks;

async fn answer(stop: CancellationToken) -> io::Result<()> {
    stop.cancelled().await;
    println!("answering: stopped");
    Ok(())
}

async fn index(document: usize) -> io::Result<()> {
    tokio::task::yield_now().await;
    assert!(document < 10, "no such document");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // A service cancels this at SIGTERM as well.
    let stop = CancellationToken::new();
    let mut tasks = JoinMap::new();
    tasks.spawn("answering", answer(stop.clone()));
    tasks.spawn("indexer", index(10));

    let code = match watch(tasks, &stop, STOP_LIMIT).await {
        Ok(()) => 0,
        Err(ended) => {
            println!("{ended}, shutting down");
            1
        }
    };
    // A service leaves with this code, or returns the error from `main`.
    println!("exit code {code}");
}
