//! The test awaits the server while its own connection is still open.

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let server = tokio::spawn(async move {
        let (mut socket, _peer) = listener.accept().await?;
        socket.read_to_end(&mut Vec::new()).await
    });
    println!("reached");
    server.await??;
    client.read_u8().await?;
    Ok(())
}
