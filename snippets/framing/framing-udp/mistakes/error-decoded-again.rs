//! The decoder refuses a datagram and leaves its bytes where they are.

use std::io;

use bytes::{Buf, BytesMut};
use futures_util::StreamExt;
use tokio::net::UdpSocket;
use tokio_util::codec::Decoder;
use tokio_util::udp::UdpFramed;

struct Number;

impl Decoder for Number {
    type Item = u32;
    type Error = io::Error;

    fn decode(&mut self, datagram: &mut BytesMut) -> io::Result<Option<u32>> {
        match datagram.len() {
            0 => Ok(None),
            4 => Ok(Some(datagram.get_u32())),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    socket.send_to(b"abc", address).await?;
    let mut datagrams = UdpFramed::new(socket, Number);
    for _ in 0..3 {
        assert!(matches!(datagrams.next().await, Some(Err(_))));
    }
    println!("three errors of one datagram");
    Ok(())
}
