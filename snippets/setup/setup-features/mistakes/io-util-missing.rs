//! A socket is written to, but the feature `io-util` of Tokio is off.

use std::io;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut socket = TcpStream::connect("127.0.0.1:80").await?;
    socket.write_all(b"hello\n").await
}
