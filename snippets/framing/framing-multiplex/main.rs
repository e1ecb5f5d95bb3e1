//! Three requests at once, answered last first; the fourth is left without an answer.

use futures_util::{SinkExt, StreamExt};
use multiplex::{codec, connect};
use std::io;
use tokio::io::DuplexStream;
use tokio_util::bytes::Bytes;
use tokio_util::codec::Framed;

pub mod multiplex;

/// Echoes three requests with their numbers, the last first; at the fourth it hangs up.
async fn serve(stream: DuplexStream) -> io::Result<()> {
    let mut frames = Framed::new(stream, codec());
    let mut requests = Vec::new();
    while requests.len() < 3 {
        let Some(request) = frames.next().await.transpose()? else {
            return Ok(());
        };
        requests.push(request);
    }
    for request in requests.into_iter().rev() {
        frames.send(request.freeze()).await?;
    }
    frames.next().await.transpose().map(drop)
}

fn text(answer: &Bytes) -> String {
    String::from_utf8_lossy(answer).into_owned()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (near, far) = tokio::io::duplex(64);
    let server = tokio::spawn(serve(far));
    let (client, connection) = connect(near);

    let (one, two, three) = tokio::try_join!(
        client.call(b"one"),
        client.call(b"two"),
        client.call(b"three")
    )?;
    println!("{} {} {}", text(&one), text(&two), text(&three));

    match client.call(b"four").await {
        Ok(answer) => println!("{}", text(&answer)),
        Err(error) => println!("four: {error}"),
    }
    server.await??;
    connection.await?
}
