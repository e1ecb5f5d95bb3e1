//! A socket is used, but the feature `net` of Tokio is off.

use std::io;

use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    listener.accept().await?;
    Ok(())
}
