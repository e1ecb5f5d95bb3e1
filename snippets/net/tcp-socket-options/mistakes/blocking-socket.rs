//! A listener of `std` is blocking until somebody says otherwise.
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    // `listener.set_nonblocking(true)?` is missing.
    let listener = TcpListener::from_std(listener)?;
    listener.accept().await?;
    Ok(())
}
