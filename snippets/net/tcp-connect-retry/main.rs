//! The server is ready at the third try; a second client simply connects.

use connect_retry::{connect, retry};
use std::io::{self, ErrorKind};
use tokio::net::{TcpListener, TcpStream};

pub mod connect_retry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;

    let mut tries = 0;
    // Stands for a server that is being started: the first two are refused.
    let stream = retry(|| {
        tries += 1;
        let refused = tries < 3;
        async move {
            if refused {
                println!("refused");
                return Err(ErrorKind::ConnectionRefused.into());
            }
            TcpStream::connect(server).await
        }
    })
    .await?;
    let right_one = stream.peer_addr()? == server;
    println!("connected: {right_one}");

    let stream = tokio::spawn(connect(server)).await??;
    println!("connected: {}", stream.peer_addr()? == server);
    Ok(())
}
