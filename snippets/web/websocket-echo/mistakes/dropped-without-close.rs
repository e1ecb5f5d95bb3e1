//! Wrong: a socket that is dropped looks to the peer like a network that failed.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{accept_async, client_async};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await?;
        let mut server = accept_async(socket).await?;
        server.send(Message::text("the last message")).await
        // Here belongs `close`, and reading on until the peer has answered.
    });
    let socket = TcpStream::connect(address).await?;
    let (mut client, _) = client_async("ws://localhost/", socket).await?;
    while let Some(message) = client.next().await {
        match message {
            Ok(message) => println!("{message}"),
            Err(error) => println!("error: {error}"),
        }
    }
    Ok(())
}
