//! `UdpSocket::bind` takes the port for one socket alone.
use std::net::Ipv4Addr;
use tokio::net::UdpSocket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let group = Ipv4Addr::new(239, 255, 42, 98);
    let first = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    first.join_multicast_v4(group, Ipv4Addr::LOCALHOST)?;

    let port = first.local_addr()?.port();
    if let Err(error) = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).await {
        println!("the second member: {}", error.kind());
    }
    Ok(())
}
