//! The end that has said everything is neither shut down nor dropped.

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, mut server) = duplex(64);
    client.write_all(b"hello").await?;
    println!("reached");
    let mut received = String::new();
    server.read_to_string(&mut received).await?;
    println!("{received}");
    Ok(())
}
