//! The writing half is dropped before anything was written, which tells the peer "the end".
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;

    // `_` does not keep the half, it drops it; `_writer` would keep it.
    let (_reader, _) = client.into_split();
    if server.read(&mut [0; 16]).await? == 0 {
        println!("server: the client has nothing more to say");
    }
    Ok(())
}
