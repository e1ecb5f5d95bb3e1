//! The buffer is shorter than the datagram, whose rest is gone.
use tokio::net::UdpSocket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let receiver = UdpSocket::bind("127.0.0.1:0").await?;
    let sender = UdpSocket::bind("127.0.0.1:0").await?;
    sender
        .send_to(b"0123456789", receiver.local_addr()?)
        .await?;

    let mut buffer = [0; 4];
    let (length, _) = receiver.recv_from(&mut buffer).await?;
    println!("received {length} of 10 bytes");
    Ok(())
}
