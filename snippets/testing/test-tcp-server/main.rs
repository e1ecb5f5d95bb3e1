//! A server under test: started, talked to and stopped, without a sleep.
//!
//! Use it when a test has to go through real sockets. The test binds port 0 itself and passes the
//! listener in: from then on clients can connect, whether or not the server has begun to accept.
//!
//! Prevents: ports that two tests or an older run fight over, sleeps until the server "must be
//! ready", and servers that no test ever stops.

use std::io;
use std::time::Duration;
use tokio::io::copy;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Rest after an accept error, which may not pass at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Echoes every connection until `stop` is cancelled, then waits until all have ended.
async fn serve(listener: TcpListener, stop: CancellationToken) {
    let connections = TaskTracker::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((socket, _peer)) => {
                connections.spawn(async move {
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
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn echo(mut socket: TcpStream) -> io::Result<()> {
    let (mut reader, mut writer) = socket.split();
    copy(&mut reader, &mut writer).await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve(listener, stop.clone()));
    stop.cancel();
    server.await?;
    println!("stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::{JoinHandle, JoinSet};
    use tokio_util::sync::DropGuard;

    /// A running server. Dropped by a test that fails, it stops all the same.
    struct TestServer {
        address: SocketAddr,
        stop: DropGuard,
        task: JoinHandle<()>,
    }

    impl TestServer {
        async fn start() -> io::Result<Self> {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            let stop = CancellationToken::new();
            let task = tokio::spawn(serve(listener, stop.clone()));
            Ok(Self {
                address,
                stop: stop.drop_guard(),
                task,
            })
        }

        async fn connect(&self) -> io::Result<TcpStream> {
            TcpStream::connect(self.address).await
        }

        /// Returns when the server has ended; its panic is the test's.
        async fn stop(self) -> io::Result<()> {
            drop(self.stop);
            Ok(self.task.await?)
        }
    }

    async fn ping(client: &mut TcpStream, byte: u8) -> io::Result<bool> {
        client.write_all(&[byte]).await?;
        Ok(client.read_u8().await? == byte)
    }

    #[tokio::test]
    async fn a_hundred_clients_get_each_their_own() -> io::Result<()> {
        let server = TestServer::start().await?;
        let mut clients = JoinSet::new();
        for byte in 0..100 {
            let mut client = server.connect().await?;
            clients.spawn(async move { ping(&mut client, byte).await });
        }
        for same in clients.join_all().await {
            assert!(same?);
        }
        server.stop().await
    }

    #[tokio::test]
    async fn stopping_waits_for_connections_that_are_open() -> io::Result<()> {
        let server = TestServer::start().await?;
        let mut client = server.connect().await?;
        assert!(ping(&mut client, 1).await?);

        let address = server.address;
        let stopping = tokio::spawn(server.stop());
        // Refused connections show that the listener is gone, and with it the accept loop.
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!stopping.is_finished());
        assert!(ping(&mut client, 2).await?);
        drop(client);
        stopping.await?
    }

    #[tokio::test]
    async fn a_client_that_is_gone_ends_its_connection() -> io::Result<()> {
        let server = TestServer::start().await?;
        drop(server.connect().await?);
        server.stop().await
    }

    #[tokio::test]
    async fn two_servers_do_not_meet() -> io::Result<()> {
        let (first, second) = (TestServer::start().await?, TestServer::start().await?);
        assert_ne!(first.address, second.address);
        first.stop().await?;
        assert!(ping(&mut second.connect().await?, 1).await?);
        second.stop().await
    }
}
