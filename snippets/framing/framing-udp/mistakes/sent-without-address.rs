//! An item is sent as over TCP, and nobody knows where to.

use bytes::Bytes;
use futures_util::SinkExt;
use tokio::net::UdpSocket;
use tokio_util::codec::BytesCodec;
use tokio_util::udp::UdpFramed;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let mut datagrams = UdpFramed::new(socket, BytesCodec::new());
    datagrams.send(Bytes::from_static(b"hello")).await
}
