//! TCP is a stream of bytes: one `read` may give a part of what was written, or more than that.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;
    client.write_all(&[b'x'; 5000]).await?;

    // A buffer of 1024 bytes and one call are taken for the whole message.
    let mut buffer = [0; 1024];
    let length = server.read(&mut buffer).await?;
    println!("a message of 5000 bytes, received as {length}");
    Ok(())
}
