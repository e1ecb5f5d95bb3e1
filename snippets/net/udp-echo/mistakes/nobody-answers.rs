//! The question or the answer got lost, and the client waits for it as long as it lives.
use tokio::net::UdpSocket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // It has the port, but it does not answer.
    let server = UdpSocket::bind("127.0.0.1:0").await?;
    let client = UdpSocket::bind("127.0.0.1:0").await?;
    client.connect(server.local_addr()?).await?;
    client.send(b"question").await?;
    println!("reached");
    // `timeout(.., client.recv(..))`
    client.recv(&mut [0; 64]).await?;
    println!("answered");
    Ok(())
}
