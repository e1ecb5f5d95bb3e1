//! The worker waits for the end of its queue, whose sender lives on in `main`.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let (jobs, mut queue) = mpsc::channel::<u32>(4);
    let intake = tokio::spawn({
        let jobs = jobs.clone();
        async move { jobs.send(1).await.is_ok() }
    });
    let worker = tokio::spawn(async move { while queue.recv().await.is_some() {} });
    intake.await?;
    println!("reached");
    worker.await?;
    drop(jobs);
    Ok(())
}
