//! Wrong: two items have come, the third may never come, and `chunks` waits for it.

use futures_util::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::sync::mpsc::error::SendError<u32>> {
    let (tx, rx) = tokio::sync::mpsc::channel(8);
    tx.send(1).await?;
    tx.send(2).await?;
    let mut batches = ReceiverStream::new(rx).chunks(3);
    println!("reached");
    println!("{:?}", batches.next().await);
    tx.send(3).await
}
