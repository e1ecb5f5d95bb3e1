//! Three tasks at shutdown: one empties its queue, one leaves at once, one hangs and is aborted.

use graceful_shutdown::Shutdown;
use std::{future::pending, time::Duration};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub mod graceful_shutdown;

/// Shorter than the default, so that nobody waits for the demonstration.
const DEADLINE: Duration = Duration::from_millis(100);

/// Takes no new jobs once the shutdown has begun, and does those that it already has.
async fn worker(mut jobs: mpsc::Receiver<u32>, stop: CancellationToken) {
    let mut sum = 0;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled(), if !jobs.is_closed() => jobs.close(),
            job = jobs.recv() => match job {
                Some(job) => sum += job,
                None => break,
            },
        }
    }
    println!("worker: queue closed and empty, sum of the jobs {sum}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let shutdown = Shutdown::default();
    let (sender, jobs) = mpsc::channel(8);
    shutdown.spawn(worker(jobs, shutdown.token()));
    let token = shutdown.token();
    shutdown.spawn(async move { token.cancelled().await });
    shutdown.spawn(pending::<()>());
    for job in [1, 2, 3] {
        sender.send(job).await?;
    }

    // A service waits for a signal here.
    let report = shutdown.drain(DEADLINE).await;
    let (finished, aborted) = (report.finished, report.aborted);
    println!(
        "finished={finished} aborted={aborted} clean={}",
        report.is_clean()
    );
    Ok(())
}
