//! An intake feeds a worker, which feeds a writer: ended in that order, nothing is lost.

use phase::{PHASE_LIMIT, Phase, end_in_order};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub mod phase;

/// Takes in jobs until it is told to stop.
async fn intake(stop: CancellationToken, jobs: mpsc::Sender<u32>) {
    let mut job = 0;
    while !stop.is_cancelled() && jobs.send(job).await.is_ok() {
        job += 1;
    }
    println!("intake: stopped");
}

/// Works until the intake is gone and the queue empty, so nothing that was taken in is lost.
async fn work(mut jobs: mpsc::Receiver<u32>, results: mpsc::Sender<u32>) {
    while let Some(job) = jobs.recv().await {
        if results.send(job * 2).await.is_err() {
            return;
        }
    }
    println!("worker: queue empty");
}

async fn write(mut results: mpsc::Receiver<u32>, first: mpsc::Sender<u32>) {
    let mut expected = 0;
    while let Some(result) = results.recv().await {
        assert_eq!(result, expected, "a result is missing");
        expected += 2;
        let _ = first.try_send(result);
    }
    println!("writer: all results written");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (take_in, working, writing) = <(Phase, Phase, Phase)>::default();
    let (jobs, queue) = mpsc::channel(4);
    let (results, sink) = mpsc::channel(4);
    let (first, mut written) = mpsc::channel(1);
    take_in.spawn(intake(take_in.token(), jobs));
    working.spawn(work(queue, results));
    writing.spawn(write(sink, first));
    // A service waits for a signal here.
    written.recv().await;

    let phases = [
        ("intake", &take_in),
        ("workers", &working),
        ("writer", &writing),
    ];
    let late = end_in_order(phases, PHASE_LIMIT).await;
    println!("phases that were late: {}", late.len());
}
