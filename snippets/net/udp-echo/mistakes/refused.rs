//! The error of an earlier datagram arrives at the next call.
use tokio::net::UdpSocket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let server = UdpSocket::bind("127.0.0.1:0").await?;
    let client = UdpSocket::bind("127.0.0.1:0").await?;
    client.connect(server.local_addr()?).await?;
    // The server is restarted just now.
    drop(server);
    client.send(b"question").await?;
    if let Err(error) = client.recv(&mut [0; 64]).await {
        println!("recv: {}", error.kind());
    }
    Ok(())
}
