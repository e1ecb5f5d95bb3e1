//! The client reads after its last request, the server answers each: both stop in a write.
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // A socket's buffers are larger, so it takes more data to get here.
    let (mut client, server) = duplex(1024);
    tokio::spawn(async move {
        let (mut reader, mut writer) = split(server);
        tokio::io::copy(&mut reader, &mut writer).await
    });

    println!("reached");
    client.write_all(&vec![b'x'; 100_000]).await?;
    let mut reply = vec![0; 100_000];
    client.read_exact(&mut reply).await?;
    println!("echoed");
    Ok(())
}
