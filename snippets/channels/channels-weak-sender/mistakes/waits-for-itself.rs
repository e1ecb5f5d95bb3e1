//! The consumer keeps a sender of its own channel, and so waits for itself.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (jobs, mut receiver) = mpsc::channel::<u32>(8);
    let again = jobs.clone();
    let consumer = tokio::spawn(async move {
        while let Some(job) = receiver.recv().await {
            if job > 0 {
                let _ = again.try_send(job - 1);
            }
        }
    });
    let _ = jobs.send(2).await;
    drop(jobs);
    println!("reached");
    let _ = consumer.await;
}
