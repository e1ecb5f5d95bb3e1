//! The server's task panics at its first line, and the program goes on as if nothing had happened.
use tokio::net::TcpListener;

async fn serve(address: String) -> std::io::Result<()> {
    let _listener = TcpListener::bind(address).await?;
    std::future::pending().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let other = TcpListener::bind("127.0.0.1:0").await?;
    let taken = other.local_addr()?.to_string();
    let task = tokio::spawn(async move { serve(taken).await.unwrap() });
    // Nobody awaits the handle. This loop only shows that it is over.
    while !task.is_finished() {
        tokio::task::yield_now().await;
    }
    println!("main: the server is running, as far as main knows");
    Ok(())
}
