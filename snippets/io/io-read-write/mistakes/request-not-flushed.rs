//! The request stays in the `BufWriter`, and both sides wait for the other one.
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter, duplex, split};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (client, mut server) = duplex(64);
    tokio::spawn(async move {
        let mut request = [0; 4];
        server.read_exact(&mut request).await?;
        server.write_all(b"pong").await
    });

    let (mut reader, writer) = split(client);
    let mut writer = BufWriter::new(writer);
    writer.write_all(b"ping").await?;
    // `writer.flush().await?` is missing.
    println!("reached");
    let mut reply = [0; 4];
    reader.read_exact(&mut reply).await?;
    println!("{}", String::from_utf8_lossy(&reply));
    Ok(())
}
