//! Wrong: only a full batch is sent, so the last few items wait for ever.

use tokio::sync::{mpsc, oneshot};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (items, mut queue) = mpsc::channel::<oneshot::Sender<()>>(8);
    tokio::spawn(async move {
        let mut batch = Vec::new();
        while let Some(item) = queue.recv().await {
            batch.push(item);
            if batch.len() == 10 {
                for caller in batch.drain(..) {
                    let _ = caller.send(());
                }
            }
        }
    });

    let (caller, answer) = oneshot::channel();
    items.send(caller).await?;
    println!("reached");
    answer.await?;
    Ok(())
}
