//! Wrong: a graceful shutdown waits for open responses, and an event stream has no end.

use std::convert::Infallible;
use std::future::IntoFuture;

use axum::response::sse::{Event, Sse};
use axum::{Router, routing::get};
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = stream::once(async { Ok(Event::default().data("hello")) });
    // Here belongs `.take_until(stop.cancelled_owned())`.
    Sse::new(first.chain(stream::pending()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let stop = CancellationToken::new();
    let server = axum::serve(listener, Router::new().route("/", get(events)))
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(server.into_future());

    client
        .write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        .await?;
    client.read_u8().await?;
    stop.cancel();
    println!("reached");
    server.await??;
    println!("stopped");
    Ok(())
}
