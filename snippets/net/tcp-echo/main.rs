//! The smallest TCP echo server and client that are right.
//!
//! Use it when you begin a server or a client. `serve` takes a bound listener, so that a test or a
//! client knows the port and need not wait until the server is ready.
//!
//! Prevents: fixed ports that belong to somebody else, an accept error that ends the server or
//! makes it spin, a lost error in a connection's task, one `read` taken for a whole message.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::time::sleep;

/// Where the server listens; port 0 means any that is free.
const ADDRESS: &str = "127.0.0.1:0";
/// Rest after an accept error such as "too many open files", which does not pass at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves every connection in a task of its own, for ever.
///
/// For strangers it needs a limit on connections and on their silence, too: see
/// `tcp-server-limits`.
async fn serve(listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((socket, _peer)) => {
                tokio::spawn(async move {
                    // Nobody awaits this task: an error that is not reported here is lost.
                    if let Err(error) = echo(socket).await {
                        eprintln!("connection: {error}");
                    }
                });
            }
            Err(error) => {
                eprintln!("accept: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Sends back what comes until the client closes its side, then closes this one.
async fn echo(mut socket: TcpStream) -> io::Result<()> {
    let (mut reader, mut writer) = socket.split();
    tokio::io::copy(&mut reader, &mut writer).await?;
    writer.shutdown().await
}

/// Sends `message` and returns the reply: all of it, up to the end that the server sends.
///
/// Both at the same time: a server that waits for its replies to be read stops reading.
async fn request(server: impl ToSocketAddrs, message: &[u8]) -> io::Result<Vec<u8>> {
    let mut socket = TcpStream::connect(server).await?;
    let (mut reader, mut writer) = socket.split();
    let mut reply = Vec::new();
    tokio::try_join!(
        async {
            writer.write_all(message).await?;
            writer.shutdown().await
        },
        reader.read_to_end(&mut reply),
    )?;
    Ok(reply)
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind(ADDRESS).await?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let reply = request(address, b"hello world").await?;
    println!("echoed {} bytes", reply.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use tokio::task::JoinSet;

    async fn server() -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(ADDRESS).await?;
        let address = listener.local_addr()?;
        tokio::spawn(serve(listener));
        Ok(address)
    }

    #[tokio::test]
    async fn echoes_nothing_little_and_more_than_the_buffers_hold() -> io::Result<()> {
        let address = server().await?;
        // The kernel's buffers grow to several megabytes on each side.
        for size in [0, 1, 1_000, 32_000_000] {
            let message: Vec<u8> = (0..=u8::MAX).cycle().take(size).collect();
            assert!(request(address, &message).await? == message, "{size} bytes");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_silent_client_holds_up_nobody() -> io::Result<()> {
        let address = server().await?;
        let _silent = TcpStream::connect(address).await?;
        assert_eq!(request(address, b"hello").await?, b"hello");
        Ok(())
    }

    #[tokio::test]
    async fn many_clients_get_each_their_own() -> io::Result<()> {
        let address = server().await?;
        let mut clients = JoinSet::new();
        for client in 0..50_u8 {
            clients.spawn(async move {
                let message = [client; 500];
                request(address, &message)
                    .await
                    .map(|reply| reply == message)
            });
        }
        for same in clients.join_all().await {
            assert!(same?);
        }
        Ok(())
    }

    #[tokio::test]
    async fn answers_before_the_client_has_ended() -> io::Result<()> {
        let mut socket = TcpStream::connect(server().await?).await?;
        let mut reply = [0; 4];
        for message in [b"ping", b"pong"] {
            socket.write_all(message).await?;
            socket.read_exact(&mut reply).await?;
            assert_eq!(&reply, message);
        }
        Ok(())
    }
}
