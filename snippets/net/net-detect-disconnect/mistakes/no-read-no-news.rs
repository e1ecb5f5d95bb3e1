//! The task waits for news to send, and never learns that there is nobody to send them to.
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;
    let (_news, mut subscription) = broadcast::channel::<String>(16);
    drop(client);

    println!("reached");
    // A `select!` over this and `server.read(..)` would see the end.
    while let Ok(news) = subscription.recv().await {
        server.write_all(news.as_bytes()).await?;
    }
    Ok(())
}
