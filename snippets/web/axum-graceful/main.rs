//! One request is answered, one takes too long, one finds no place, and one is open at the end.

use std::{error::Error, future::pending, time::Duration};

use axum::{Router, body::Body, http::Request, routing::get};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub mod http_service;

/// Shorter than the default, so that nobody waits for the demonstration.
const SHORT: Duration = Duration::from_millis(100);

async fn status(router: &Router, path: &str) -> Result<u16, Box<dyn Error + Send + Sync>> {
    let request = Request::get(path).body(Body::empty())?;
    Ok(router.clone().oneshot(request).await?.status().as_u16())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let stuck = move || {
        let _ = arrived.send(());
        pending::<()>()
    };
    let routes = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/stuck", get(stuck));

    let limited = http_service::limited(routes.clone(), 1, SHORT);
    println!("answered: {}", status(&limited, "/").await?);
    let (stuck, shed) = tokio::join!(status(&limited, "/stuck"), status(&limited, "/"));
    println!("too slow: {}, meanwhile: {}", stuck?, shed?);
    arrivals.recv().await;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let stop = CancellationToken::new();
    let server = http_service::serve(listener, routes, stop.clone(), SHORT);
    let server = tokio::spawn(server);
    client
        .write_all(b"GET /stuck HTTP/1.1\r\nhost: demo\r\n\r\n")
        .await?;
    arrivals.recv().await;
    stop.cancel();
    println!("drained: {:?}", server.await?.map_err(|error| error.kind()));
    Ok(())
}
