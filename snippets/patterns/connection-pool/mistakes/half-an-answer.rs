//! Wrong: a connection whose request was cut off goes back into the pool with the answer in it.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Notify;
use tokio::time::timeout;

static ANSWER: Notify = Notify::const_new();

async fn echo(mut peer: DuplexStream) -> std::io::Result<()> {
    loop {
        let number = peer.read_u8().await?;
        ANSWER.notified().await;
        peer.write_u8(number).await?;
    }
}

async fn ask(pool: &mut Vec<DuplexStream>, number: u8) -> std::io::Result<u8> {
    let Some(connection) = pool.last_mut() else {
        return Err(std::io::ErrorKind::NotConnected.into());
    };
    connection.write_u8(number).await?;
    connection.read_u8().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (ours, theirs) = duplex(64);
    tokio::spawn(echo(theirs));
    let mut pool = vec![ours];

    let impatient = timeout(Duration::from_millis(5), ask(&mut pool, 1)).await;
    println!("asked 1: {}", impatient.map_or("timed out", |_| "answered"));
    // Too late.
    ANSWER.notify_one();
    println!("asked 2, got {}", ask(&mut pool, 2).await?);
    Ok(())
}
