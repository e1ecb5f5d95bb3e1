//! One peer cannot be reached, and from then on nobody is.

use bytes::Bytes;
use futures_util::SinkExt;
use tokio::net::UdpSocket;
use tokio_util::codec::BytesCodec;
use tokio_util::udp::UdpFramed;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let here = socket.local_addr()?;
    let mut datagrams = UdpFramed::new(socket, BytesCodec::new());
    let hello = Bytes::from_static(b"hello");
    // Port 0 is nobody's.
    let nobody = datagrams.send((hello.clone(), "127.0.0.1:0".parse()?));
    println!("to nobody: {:?}", nobody.await.is_ok());
    println!(
        "to somebody else: {:?}",
        datagrams.send((hello, here)).await
    );
    Ok(())
}
