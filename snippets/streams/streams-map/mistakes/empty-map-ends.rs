//! Wrong: the loop starts before the first stream is there, and an empty map is at its end.

use tokio::sync::mpsc;
use tokio_stream::{StreamExt, StreamMap, wrappers::ReceiverStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (subscribe, mut subscriptions) = mpsc::channel::<ReceiverStream<u32>>(1);
    subscribe.send(mpsc::channel(1).1.into()).await?;

    let mut map = StreamMap::new();
    while let Some(item) = map.next().await {
        println!("{item:?}");
        if let Ok(stream) = subscriptions.try_recv() {
            map.insert("new", stream);
        }
    }
    println!(
        "the loop is over, {} subscription waits",
        subscriptions.len()
    );
    Ok(())
}
