//! The request is written before anybody reads, and it is larger than the pipe.

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, mut server) = duplex(64);
    println!("reached");
    client.write_all(&[0; 65]).await?;
    server.read_exact(&mut [0; 65]).await?;
    Ok(())
}
