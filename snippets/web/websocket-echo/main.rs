//! Three messages there and back, then a goodbye that is answered.

use std::error::Error;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use tokio_util::sync::CancellationToken;

pub mod websocket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(async move {
        let (socket, _) = listener.accept().await?;
        websocket::serve(socket, CancellationToken::new()).await
    });

    let socket = TcpStream::connect(address).await?;
    let (mut client, _) = client_async("ws://localhost/", socket).await?;
    for text in ["one", "two", "three"] {
        client.send(Message::text(text)).await?;
        if let Some(echo) = client.next().await {
            println!("echo: {}", echo?.to_text()?);
        }
    }

    let goodbye = CloseFrame {
        code: CloseCode::Normal,
        reason: "done".into(),
    };
    client.close(Some(goodbye)).await?;
    // The answer to it comes last.
    while let Some(message) = client.next().await {
        if let Message::Close(Some(frame)) = message? {
            println!("closed: {}", u16::from(frame.code));
        }
    }
    println!("server: {:?}", server.await?);
    Ok(())
}
