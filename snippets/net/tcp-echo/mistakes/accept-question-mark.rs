//! `?` on `accept` makes one failed accept the end of the whole server.
use std::io::{Error, ErrorKind};

/// Stands for a listener whose second connection was reset before it was accepted.
async fn accept(count: u32) -> Result<u32, Error> {
    tokio::task::yield_now().await;
    if count == 2 {
        Err(ErrorKind::ConnectionAborted.into())
    } else {
        Ok(count)
    }
}

async fn serve() -> Result<(), Error> {
    for count in 1..=5 {
        let connection = accept(count).await?;
        println!("serving connection {connection}");
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(error) = serve().await {
        println!("server ended with 3 clients waiting: {error}");
    }
}
