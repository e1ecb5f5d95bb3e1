//! The features of Tokio that a program needs, and what each is for.
//!
//! Use it when you write `Cargo.toml`. None is on by default. An application may take `full`; a
//! library, or whoever counts build time, lists what the code names, here:
//!
//! ```toml
//! [dependencies]
//! tokio = { version = "1.54.1", features = ["io-util", "macros", "net", "rt", "sync", "time"] }
//!
//! [dev-dependencies] # `test-util`: paused time. Not in `full`, and never needed by the program.
//! tokio = { version = "1.54.1", features = ["test-util"] }
//! ```
//!
//! Prevents: "cannot find `net` in `tokio`" and its kind, and code that compiles only as long as some
//! other crate happens to turn on what it needs.

use std::io;
use std::time::Duration;

// `io-util`: everything that ends in `Ext`, `BufReader`, `copy`, `duplex`. The bare traits need none.
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
// `net`: TCP, UDP, Unix sockets.
use tokio::net::{TcpListener, TcpStream};
// `sync`: channels, locks, semaphores. They work under any executor.
use tokio::sync::mpsc;
// `time`: sleep, timeout, interval. `fs`, `process` and `signal` also go by their module; `io-std` is
// `stdin`, `stdout` and `stderr` of `io`.
use tokio::time::timeout;

/// In bytes.
const MAX_LINE: u64 = 8 * 1024;

// `macros`: this attribute, `#[tokio::test]`, `select!` and `join!`.
// `rt`: tasks and the one-thread runtime; `rt-multi-thread` for the attribute without a flavor.
#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (lines, mut received) = mpsc::channel(8);
    let server = tokio::spawn(receive_one(listener, lines));

    TcpStream::connect(address)
        .await?
        .write_all(b"hello\n")
        .await?;
    server.await??;
    println!("received: {:?}", received.recv().await);
    Ok(())
}

async fn receive_one(listener: TcpListener, lines: mpsc::Sender<String>) -> io::Result<()> {
    let (socket, _) = listener.accept().await?;
    // A longer line is cut: a stranger shall not fill the memory.
    let mut input = BufReader::new(socket.take(MAX_LINE)).lines();
    let line = timeout(Duration::from_secs(10), input.next_line()).await??;
    // Nobody listens any more: nothing to do.
    let _ = lines.send(line.unwrap_or_default()).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn received(sent: &[u8]) -> io::Result<Option<String>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (lines, mut received) = mpsc::channel(1);
        let server = tokio::spawn(receive_one(listener, lines));
        TcpStream::connect(address).await?.write_all(sent).await?;
        server.await??;
        Ok(received.recv().await)
    }

    #[tokio::test]
    async fn one_line_arrives_without_its_end() -> io::Result<()> {
        assert_eq!(
            received(b"hello\r\nignored").await?.as_deref(),
            Some("hello")
        );
        Ok(())
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_cut() -> io::Result<()> {
        let line = received(&[b'a'; 9 * 1024]).await?;
        assert_eq!(line.map(|line| line.len()), Some(8 * 1024));
        Ok(())
    }

    #[tokio::test]
    async fn a_silent_client_sends_an_empty_line() -> io::Result<()> {
        assert_eq!(received(b"").await?.as_deref(), Some(""));
        Ok(())
    }
}
