//! Wrong: a stage sends work back to a stage before it, through channels that can be full.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (to_first, mut first) = mpsc::channel(1);
    let (to_second, mut second) = mpsc::channel(1);
    let back = to_first.clone();
    tokio::spawn(async move {
        while let Some(item) = first.recv().await {
            let _ = to_second.send(item).await;
        }
    });
    tokio::spawn(async move {
        while let Some(item) = second.recv().await {
            // To be tried again.
            let _ = back.send(item).await;
        }
    });
    for item in 0..4 {
        to_first.send(item).await?;
    }
    println!("reached");
    to_first.send(4).await?;
    println!("sent");
    Ok(())
}
