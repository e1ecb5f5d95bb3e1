//! A server that is too busy to accept leaves the client waiting as long as the system likes.
use std::net::SocketAddr;
use tokio::net::{TcpSocket, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    // It accepts nobody, and its queue is short.
    let server = socket.listen(1)?;
    println!("reached");
    let mut clients = Vec::new();
    loop {
        clients.push(TcpStream::connect(server.local_addr()?).await?);
    }
}
