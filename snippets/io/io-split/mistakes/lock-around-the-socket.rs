//! The reader keeps the lock while it waits, and what it waits for cannot be asked for.
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::Mutex;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (client, mut server) = duplex(64);
    tokio::spawn(async move {
        let mut request = [0; 4];
        server.read_exact(&mut request).await?;
        server.write_all(b"pong").await
    });

    let client = Arc::new(Mutex::new(client));
    let reader = Arc::clone(&client);
    let reply = tokio::spawn(async move {
        let mut reply = [0; 4];
        reader.lock().await.read_exact(&mut reply).await
    });
    // So that the reader comes first, as it does in a program that listens all the time.
    tokio::task::yield_now().await;
    println!("reached");
    client.lock().await.write_all(b"ping").await?;
    reply.await??;
    Ok(())
}
