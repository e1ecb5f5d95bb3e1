//! Wrong: the timeout drops the future that collects, and with it what was collected.

use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

async fn collect(queue: &mut mpsc::Receiver<u32>) -> Vec<u32> {
    let mut batch = Vec::new();
    while batch.len() < 10 {
        match queue.recv().await {
            Some(item) => batch.push(item),
            None => break,
        }
    }
    batch
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (items, mut queue) = mpsc::channel(8);
    for item in 0..3 {
        items.send(item).await?;
    }
    let limit = Duration::from_millis(10);
    let batch = timeout(limit, collect(&mut queue))
        .await
        .unwrap_or_default();
    println!("sent 3, batch {batch:?}, left in the queue {}", queue.len());
    Ok(())
}
