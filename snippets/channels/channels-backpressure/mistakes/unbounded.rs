//! Wrong: nothing slows the producer down, so everything it makes is held in memory.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (jobs, mut queue) = mpsc::unbounded_channel();
    for job in 0..100_001_u32 {
        jobs.send(job).unwrap();
    }
    let first = queue.recv().await;
    assert_eq!(first, Some(0));
    println!("jobs in memory: {}", queue.len());
}
