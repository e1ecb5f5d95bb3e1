//! Wrong: the stop waits for every open request, and nothing says for how long.

use std::future::{IntoFuture, pending};

use axum::{Router, routing::get};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let (arrived, mut arrivals) = mpsc::channel(1);
    let stuck = move || async move {
        let _ = arrived.send(()).await;
        pending::<()>().await;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let stop = CancellationToken::new();
    let server = axum::serve(listener, Router::new().route("/", get(stuck)))
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(server.into_future());

    client
        .write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        .await?;
    arrivals.recv().await;
    stop.cancel();
    println!("reached");
    server.await??;
    println!("stopped");
    Ok(())
}
