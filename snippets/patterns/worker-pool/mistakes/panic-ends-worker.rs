//! Wrong: each job that panics takes its worker with it, until nobody is left.

use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

async fn work(jobs: Arc<Mutex<mpsc::Receiver<&'static str>>>) {
    loop {
        let next = jobs.lock().await.recv().await;
        let Some(job) = next else { return };
        let _: u32 = job.parse().expect("a number");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<&'static str>> {
    let (sender, receiver) = mpsc::channel(1);
    let receiver = Arc::new(Mutex::new(receiver));
    let mut workers: JoinSet<_> = (0..2).map(|_| work(Arc::clone(&receiver))).collect();
    drop(receiver);
    for job in ["one", "two"] {
        sender.send(job).await?;
        workers.join_next().await;
    }
    if let Err(error) = sender.send("3").await {
        println!("job 3: {error}");
    }
    Ok(())
}
