//! Only addresses of one kind are kept, and there is none.

use std::net::SocketAddr;

use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let resolved: [SocketAddr; 1] = [([127, 0, 0, 1], 80).into()];
    let ipv6: Vec<_> = resolved.into_iter().filter(SocketAddr::is_ipv6).collect();
    if let Err(error) = TcpStream::connect(&ipv6[..]).await {
        println!("cannot connect: {error}");
    }
}
