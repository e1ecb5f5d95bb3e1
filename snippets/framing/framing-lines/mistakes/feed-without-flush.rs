//! Wrong: `feed` fills a buffer, nobody flushes it, and both sides wait for each other.

use futures_util::{SinkExt, StreamExt};
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), LinesCodecError> {
    let (client, server) = tokio::io::duplex(1024);
    tokio::spawn(async move {
        let mut server = Framed::new(server, LinesCodec::new());
        while let Some(Ok(line)) = server.next().await {
            server.send(line).await?;
        }
        Ok::<_, LinesCodecError>(())
    });

    let mut client = Framed::new(client, LinesCodec::new());
    client.feed("hello").await?;
    println!("reached");
    println!("answer: {:?}", client.next().await);
    Ok(())
}
