//! A blocking client around an async one: `block_on` in each method.
//!
//! Use it when synchronous programs shall use an async library without knowing of Tokio. The
//! runtime has one thread, the caller's, and lives as long as the connection that belongs to it.
//! Between two calls it stands still: a library whose tasks must go on (keep-alives, a pool) needs
//! a multi-thread runtime with one worker.
//!
//! Prevents: a runtime for every call, whose end kills the sockets that were opened in it, and
//! "Cannot start a runtime from within a runtime", which async callers of a blocking method get.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// How long connecting, or one call, may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Longer answers are refused.
const MAX_LINE: u64 = 8 * 1024;

/// The async client.
struct AsyncClient {
    stream: BufReader<TcpStream>,
}

impl AsyncClient {
    async fn connect(server: SocketAddr) -> io::Result<Self> {
        let stream = BufReader::new(TcpStream::connect(server).await?);
        Ok(Self { stream })
    }

    async fn get(&mut self, key: &str) -> io::Result<String> {
        // Two lines would be two requests, and the second answer would be left for the next call.
        if key.contains('\n') {
            return Err(ErrorKind::InvalidInput.into());
        }
        self.stream.write_all(format!("{key}\n").as_bytes()).await?;
        let mut line = String::new();
        (&mut self.stream)
            .take(MAX_LINE)
            .read_line(&mut line)
            .await?;
        match line.strip_suffix('\n') {
            Some(value) => Ok(value.to_owned()),
            None => Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// The same for synchronous callers. In async code its methods panic: use [`AsyncClient`] there.
struct Client {
    runtime: Runtime,
    // Gone after an error: a late answer would be taken for the one to the next call.
    inner: Option<AsyncClient>,
}

impl Client {
    fn connect(server: SocketAddr) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let inner = runtime.block_on(limited(AsyncClient::connect(server)))?;
        Ok(Self {
            runtime,
            inner: Some(inner),
        })
    }

    fn get(&mut self, key: &str) -> io::Result<String> {
        let mut inner = self.inner.take().ok_or(ErrorKind::NotConnected)?;
        let value = self.runtime.block_on(limited(inner.get(key)))?;
        self.inner = Some(inner);
        Ok(value)
    }
}

/// Async, so that its timer is made inside the runtime.
async fn limited<T>(operation: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(TIME_LIMIT, operation).await?
}

/// Stands for the server: answers each line of one client with its key and a value.
fn server() -> io::Result<(SocketAddr, JoinHandle<io::Result<()>>)> {
    use std::io::{BufRead, BufReader, Write};
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let thread = thread::spawn(move || {
        let (socket, _peer) = listener.accept()?;
        for key in BufReader::new(&socket).lines() {
            writeln!(&socket, "value of {}", key?)?;
        }
        Ok(())
    });
    Ok((address, thread))
}

fn main() -> io::Result<()> {
    let (address, server) = server()?;
    let mut client = Client::connect(address)?;
    for key in ["name", "size"] {
        println!("{key} -> {}", client.get(key)?);
    }
    drop(client);
    server
        .join()
        .map_err(|_| io::Error::other("the server panicked"))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_over_the_same_connection() -> io::Result<()> {
        let (address, server) = server()?;
        let mut client = Client::connect(address)?;
        assert_eq!(client.get("a")?, "value of a");
        assert_eq!(client.get("b")?, "value of b");
        drop(client);
        server.join().expect("no panic")
    }

    #[test]
    fn a_key_with_a_second_line_is_refused() -> io::Result<()> {
        let (address, server) = server()?;
        let mut client = Client::connect(address)?;
        let error = client.get("a\nb").expect_err("two requests");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        drop(client);
        server.join().expect("no panic")
    }

    #[test]
    fn the_client_may_move_to_another_thread() -> io::Result<()> {
        let (address, server) = server()?;
        let mut client = Client::connect(address)?;
        let value = thread::spawn(move || client.get("a")).join();
        assert_eq!(value.expect("no panic")?, "value of a");
        server.join().expect("no panic")
    }

    #[test]
    fn a_server_that_is_gone_is_an_error() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut client = Client::connect(listener.local_addr()?)?;
        drop(listener.accept()?);
        assert!(client.get("a").is_err());
        let after = client.get("a").expect_err("there was an error");
        assert_eq!(after.kind(), ErrorKind::NotConnected);
        Ok(())
    }

    #[test]
    fn an_answer_without_an_end_is_refused() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut client = Client::connect(listener.local_addr()?)?;
        let (mut socket, _peer) = listener.accept()?;
        let size = usize::try_from(2 * MAX_LINE).expect("it fits");
        let peer = thread::spawn(move || io::Write::write_all(&mut socket, &vec![b'x'; size]));
        let error = client.get("a").expect_err("too long");
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        drop(client);
        // Whether its rest still found room does not matter.
        assert!(peer.join().is_ok());
        Ok(())
    }

    #[tokio::test]
    async fn spawn_blocking_may_use_it() -> io::Result<()> {
        let (address, server) = server()?;
        let job = move || Client::connect(address)?.get("a");
        assert_eq!(tokio::task::spawn_blocking(job).await??, "value of a");
        server.join().expect("no panic")
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_an_error() {
        let result = limited(std::future::pending::<io::Result<()>>()).await;
        assert_eq!(result.expect_err("never").kind(), ErrorKind::TimedOut);
    }
}
