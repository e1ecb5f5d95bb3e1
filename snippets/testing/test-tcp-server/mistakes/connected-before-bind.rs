//! The server binds in its own task, and the client does not wait for that.

use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // A port that was free a moment ago, as test helpers look for one.
    let address = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;

    tokio::spawn(async move { TcpListener::bind(address).await?.accept().await });
    match TcpStream::connect(address).await {
        Ok(_) => println!("client: connected"),
        Err(error) => println!("client: {}", error.kind()),
    }
    Ok(())
}
