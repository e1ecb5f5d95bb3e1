//! Wrong: the publisher waits for each subscriber, so one that does not read stops it.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (quick, mut messages) = mpsc::channel(8);
    let (slow, _not_read) = mpsc::channel(8);
    tokio::spawn(async move { while messages.recv().await.is_some() {} });

    for message in 0..100 {
        if message == 8 {
            println!("reached");
        }
        for subscriber in [&quick, &slow] {
            subscriber.send(message).await?;
        }
    }
    println!("published");
    Ok(())
}
