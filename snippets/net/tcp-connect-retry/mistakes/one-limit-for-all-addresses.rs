//! The first address is silent until the time for both is over.
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // A server with a full queue stands for an address that a firewall swallows.
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let full = socket.listen(1)?;
    let silent = full.local_addr()?;
    let mut queue = Vec::new();
    while let Ok(client) = timeout(LIMIT, TcpStream::connect(silent)).await {
        queue.push(client?);
    }

    let good = TcpListener::bind("127.0.0.1:0").await?;
    let addresses = [silent, good.local_addr()?];
    if timeout(LIMIT, TcpStream::connect(&addresses[..]))
        .await
        .is_err()
    {
        println!("timed out; the second address, which works, was not tried");
    }
    Ok(())
}
