//! Wrong: the reply stays in the buffer, and both sides wait for each other.

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, server) = duplex(64);
    tokio::spawn(async move {
        let mut server = BufWriter::new(server);
        while let Ok(request) = server.read_u8().await {
            server.write_u8(request).await?;
        }
        std::io::Result::Ok(())
    });

    client.write_u8(7).await?;
    println!("reached");
    println!("{}", client.read_u8().await?);
    Ok(())
}
