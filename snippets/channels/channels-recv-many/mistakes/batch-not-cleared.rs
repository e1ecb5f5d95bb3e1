//! `recv_many` appends: what was handled is handled again.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<u32>> {
    let (tx, mut rx) = mpsc::channel(8);
    for message in 0..4 {
        tx.send(message).await?;
    }
    drop(tx);

    let (mut batch, mut handled) = (Vec::new(), 0);
    while rx.recv_many(&mut batch, 2).await > 0 {
        handled += batch.len();
    }
    println!("received 4 messages, handled {handled}");
    Ok(())
}
