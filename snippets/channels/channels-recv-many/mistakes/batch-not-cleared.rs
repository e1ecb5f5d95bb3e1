//! `recv_many` appends: what was handled is handled again.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (tx, mut rx) = mpsc::channel(8);
    for message in 1..=4 {
        tx.send(message).await?;
    }
    drop(tx);

    let mut batch = Vec::new();
    while rx.recv_many(&mut batch, 2).await > 0 {
        println!("batch {batch:?}");
    }
    Ok(())
}
