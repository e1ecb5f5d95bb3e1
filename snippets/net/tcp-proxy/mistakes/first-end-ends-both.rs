//! The client's direction ends first, and its end drops the direction of the reply.
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, duplex, split};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, near) = duplex(64);
    let (far, mut server) = duplex(64);
    tokio::spawn(async move {
        let (mut from_client, mut to_client) = split(near);
        let (mut from_server, mut to_server) = split(far);
        tokio::select! {
            sent = copy(&mut from_client, &mut to_server) => sent,
            received = copy(&mut from_server, &mut to_client) => received,
        }
    });
    tokio::spawn(async move {
        let mut request = String::new();
        server.read_to_string(&mut request).await?;
        server.write_all(b"pong").await
    });

    client.write_all(b"ping").await?;
    client.shutdown().await?;
    let mut reply = String::new();
    client.read_to_string(&mut reply).await?;
    println!("the reply: {reply:?}");
    Ok(())
}
