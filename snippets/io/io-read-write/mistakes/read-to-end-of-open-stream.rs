//! The server keeps the connection for the next request, so the end never comes.
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, mut server) = duplex(64);
    tokio::spawn(async move {
        let mut request = [0; 4];
        while server.read_exact(&mut request).await.is_ok() {
            server.write_all(b"pong").await?;
        }
        std::io::Result::Ok(())
    });

    client.write_all(b"ping").await?;
    println!("reached");
    let mut reply = String::new();
    // The reply has four bytes, so `read_exact` would do.
    client.read_to_string(&mut reply).await?;
    println!("{reply}");
    Ok(())
}
