//! The place that is left in a full buffer is zero, and zero looks like the end.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (tx, mut rx) = mpsc::channel(8);
    tx.send(1).await?;

    let mut batch: Vec<u32> = Vec::new();
    let room = batch.capacity() - batch.len();
    if rx.recv_many(&mut batch, room).await == 0 {
        println!("taken for closed with {} queued", rx.len());
    }
    Ok(())
}
