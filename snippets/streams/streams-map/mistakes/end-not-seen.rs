//! Wrong: one of two streams has ended, and the reader learns nothing of it.

use tokio::sync::mpsc;
use tokio_stream::{StreamExt, StreamMap, wrappers::ReceiverStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (a, a_rx) = mpsc::channel(1);
    let (_b, b_rx) = mpsc::channel(1);
    let mut map = StreamMap::new();
    map.insert("a", ReceiverStream::new(a_rx));
    map.insert("b", ReceiverStream::new(b_rx));
    a.send(1).await?;
    drop(a);

    let mut heard = Vec::new();
    tokio::select! {
        biased;
        () = async { while let Some(item) = map.next().await { heard.push(item); } } => {}
        () = std::future::ready(()) => {}
    }
    println!("heard: {heard:?}; that \"a\" has ended: nothing");
    Ok(())
}
