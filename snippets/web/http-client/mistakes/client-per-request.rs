//! Wrong: every request makes a client, and with it a new connection.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

static CONNECTIONS: AtomicU32 = AtomicU32::new(0);

async fn fetch(url: &str) -> reqwest::Result<String> {
    // Belongs outside: a client that is made once keeps its connections open.
    let client = reqwest::Client::builder().no_proxy().build()?;
    client.get(url).send().await?.text().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            CONNECTIONS.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(answer(socket));
        }
    });
    for _ in 0..10 {
        fetch(&url).await?;
    }
    println!(
        "10 requests, {} connections",
        CONNECTIONS.load(Ordering::Relaxed)
    );
    Ok(())
}

async fn answer(mut socket: TcpStream) -> std::io::Result<()> {
    let (input, mut output) = socket.split();
    let mut lines = BufReader::new(input).lines();
    while let Some(line) = lines.next_line().await? {
        if line.is_empty() {
            output
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await?;
        }
    }
    Ok(())
}
