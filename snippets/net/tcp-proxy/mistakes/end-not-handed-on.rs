//! Both directions are copied, but the server never learns that the request is complete.
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, duplex, split};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, near) = duplex(64);
    let (far, mut server) = duplex(64);
    tokio::spawn(async move {
        let (mut from_client, mut to_client) = split(near);
        let (mut from_server, mut to_server) = split(far);
        tokio::try_join!(
            // `to_server.shutdown().await` is missing after this one.
            copy(&mut from_client, &mut to_server),
            copy(&mut from_server, &mut to_client),
        )
    });
    tokio::spawn(async move {
        let mut request = String::new();
        server.read_to_string(&mut request).await?;
        server.write_all(b"pong").await
    });

    client.write_all(b"ping").await?;
    client.shutdown().await?;
    println!("reached");
    let mut reply = String::new();
    client.read_to_string(&mut reply).await?;
    println!("the reply: {reply:?}");
    Ok(())
}
