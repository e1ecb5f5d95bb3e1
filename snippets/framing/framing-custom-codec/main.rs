//! Two peers that speak the codec's messages over a pipe of three bytes.

use futures_util::{SinkExt, StreamExt};
use message_codec::{Message, MessageCodec};
use std::io;
use tokio_util::codec::Decoder;

pub mod message_codec;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (client, server) = tokio::io::duplex(3);
    let server = tokio::spawn(async move {
        let mut messages = MessageCodec.framed(server);
        while let Some(message) = messages.next().await {
            messages.send(message?).await?;
        }
        Ok::<_, io::Error>(())
    });

    let mut messages = MessageCodec.framed(client);
    for message in [Message::Ping, Message::Data("hello".into())] {
        messages.send(message).await?;
        println!("{:?}", messages.next().await.transpose()?);
    }
    drop(messages);
    server.await?
}
