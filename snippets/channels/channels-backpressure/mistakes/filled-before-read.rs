//! Wrong: one task sends more than the queue holds and only then begins to receive.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (jobs, mut queue) = mpsc::channel(8);
    println!("reached");
    for job in 0..10 {
        jobs.send(job).await.unwrap();
    }
    drop(jobs);
    while let Some(job) = queue.recv().await {
        println!("{job}");
    }
}
