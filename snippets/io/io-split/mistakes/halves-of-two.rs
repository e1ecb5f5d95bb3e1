//! Two connections are split, and the read half of one meets the write half of the other.

use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    let (from_server, _to_server) = client.into_split();
    let (_from_client, to_client) = server.into_split();
    if let Err(error) = from_server.reunite(to_client) {
        println!("{error}");
    }
    Ok(())
}
