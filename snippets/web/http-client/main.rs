//! Fifty requests to a service that wants them five by five, and one that it never answers.

use std::error::Error;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_client::HttpClient;
use reqwest::Response;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

pub mod http_client;

/// Less than the default: the stand-in service waits until that many requests are there.
const TOGETHER: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(serve(listener));

    // The service is on this machine, whatever HTTP_PROXY says.
    let client = http_client::builder().no_proxy().build()?;
    let http = HttpClient::new(client, TOGETHER);
    let mut requests = JoinSet::new();
    for _ in 0..50 {
        let (http, url) = (http.clone(), url.clone());
        requests.spawn(async move { http.fetch(http.client().get(url), Response::text).await });
    }
    let mut replies = 0;
    while let Some(reply) = requests.join_next().await {
        replies += usize::from(reply?? == "ok");
    }
    println!("{replies} replies, {TOGETHER} requests at once");

    // A request may have a shorter limit than its client.
    let slow = http.client().get(format!("{url}/slow"));
    let slow = slow.timeout(Duration::from_millis(50));
    if let Err(error) = http.fetch(slow, Response::text).await {
        println!("slow one timed out: {}", error.is_timeout());
    }
    Ok(())
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let together = Arc::new(Barrier::new(TOGETHER));
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(answer(socket, Arc::clone(&together)));
    }
}

async fn answer(mut socket: TcpStream, together: Arc<Barrier>) -> io::Result<()> {
    let (input, mut output) = socket.split();
    let mut lines = BufReader::new(input).lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("GET /slow") {
            pending::<()>().await;
        } else if line.is_empty() {
            together.wait().await;
            output
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await?;
        }
    }
    Ok(())
}
