//! The loop ends at the stop, and the receiver takes the queue along.

use tokio::select;
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (jobs, mut receiver) = mpsc::channel(16);
    for job in 0..3 {
        jobs.send(job).await?;
    }

    let mut done = 0;
    let stop = std::future::ready(());
    select! {
        biased;
        () = stop => {}
        Some(_) = receiver.recv() => done += 1,
    }
    drop(receiver);
    println!("accepted 3, done {done}");
    Ok(())
}
