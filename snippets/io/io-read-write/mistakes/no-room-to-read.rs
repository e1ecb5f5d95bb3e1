//! The buffer has a capacity but no length, so there is no room for a byte.
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, mut server) = duplex(64);
    client.write_all(b"hello").await?;

    // `vec![0; 1024]`, or `server.read_buf(&mut buffer)`.
    let mut buffer = Vec::with_capacity(1024);
    let length = server.read(&mut buffer).await?;
    println!("read {length} bytes: has the peer closed?");
    Ok(())
}
