//! Wrong: the methods of a `WebSocketStream` come from traits that are not imported.

use tokio::net::TcpListener;
use tokio_tungstenite::{accept_async, tungstenite::Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (socket, _) = listener.accept().await?;
    let mut stream = accept_async(socket).await?;
    while let Some(message) = stream.next().await {
        println!("{}", message?);
    }
    Ok(())
}
