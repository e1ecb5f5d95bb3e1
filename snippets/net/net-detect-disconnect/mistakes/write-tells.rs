//! A successful write says that the kernel took the bytes, not that the peer did.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;
    drop(client);
    // The end has certainly arrived: this read sees it.
    assert_eq!(server.read(&mut [0; 1]).await?, 0);

    if server.write_all(b"important").await.is_ok() {
        println!("the peer is gone, and the write says Ok");
    }
    Ok(())
}
