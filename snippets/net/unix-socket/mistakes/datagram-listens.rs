//! A datagram socket is asked to accept connections.

use tokio::net::UnixSocket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let socket = UnixSocket::new_datagram()?;
    if let Err(error) = socket.listen(16) {
        println!("{error}");
    }
    Ok(())
}
