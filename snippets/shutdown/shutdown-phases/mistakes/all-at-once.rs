//! The same token stops the writer and the worker that feeds it.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let stop = CancellationToken::new();
    let (results, mut sink) = mpsc::channel(4);
    let stopping = stop.clone();
    let writer = tokio::spawn(async move {
        let mut written = 0;
        while let Some(Some(_)) = stopping.run_until_cancelled(sink.recv()).await {
            written += 1;
        }
        written
    });
    let stopping = stop.clone();
    let worker = tokio::spawn(async move {
        let taken_in = [1, 2, 3];
        stopping.cancelled().await;
        // What it had is finished properly, but for nobody.
        for result in taken_in {
            let _ = results.send(result).await;
        }
        taken_in.len()
    });
    stop.cancel();
    println!("taken in {}, written {}", worker.await?, writer.await?);
    Ok(())
}
