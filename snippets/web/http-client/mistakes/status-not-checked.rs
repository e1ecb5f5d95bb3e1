//! Wrong: an answer with an error status is an `Ok` as well.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/price", listener.local_addr()?);
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await?;
        let _ = socket.read(&mut [0; 1024]).await?;
        socket
            .write_all(b"HTTP/1.1 500 Oops\r\ncontent-length: 14\r\n\r\ndatabase empty")
            .await
    });
    let client = reqwest::Client::builder().no_proxy().build()?;
    let price = client.get(url).send().await?.text().await?;
    println!("the price is {price:?}");
    Ok(())
}
