//! A TCP proxy that hands on the end of each direction by itself.
//!
//! Use it when connections must reach a server that the client cannot or should not: a forwarder,
//! a tunnel, a balancer. Memory per connection is two buffers, whatever the speed of either side.
//!
//! Prevents: a reply that is cut off because the client has said all it had to say, or that breaks
//! off and seems whole; a direction that stays open, a dead upstream that holds clients.

use std::{io, net::SocketAddr, time::Duration};
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional_with_sizes,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// Bytes that are on their way in each direction; a slow side stops the fast one.
const BUFFER_SIZE: usize = 8 * 1024;
/// How long the upstream may take to accept.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Rest after an accept error such as "too many open files", which does not pass at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Forwards each connection to `upstream`, for ever.
///
/// For strangers it needs a limit on connections and on their silence, too: see
/// `tcp-server-limits` and `time-idle-timeout`.
async fn proxy(listener: TcpListener, upstream: SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((client, peer)) => {
                tokio::spawn(async move {
                    if let Err(error) = forward(client, upstream).await {
                        eprintln!("{peer}: {error}");
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

/// Connects and copies; returns the bytes that went to the upstream and to the client.
async fn forward(mut client: TcpStream, upstream: SocketAddr) -> io::Result<(u64, u64)> {
    let mut server = timeout(CONNECT_TIMEOUT, TcpStream::connect(upstream)).await??;
    // A proxy adds no delay of its own: it hands on at once what it gets, however small.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let copied = copy(&mut client, &mut server).await;
    if copied.is_err() {
        // Closed as usual, the other side would take the break for a regular end.
        for side in [&client, &server] {
            // A socket that is broken already may refuse.
            let _ = side.set_zero_linger();
        }
    }
    copied
}

/// Copies both ways until both ways have ended.
///
/// When one side ends, the other one is told by a `shutdown`, and its answer is still copied.
/// An error on either side ends both.
async fn copy(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: &mut (impl AsyncRead + AsyncWrite + Unpin),
) -> io::Result<(u64, u64)> {
    copy_bidirectional_with_sizes(client, server, BUFFER_SIZE, BUFFER_SIZE).await
}

/// Answers when the client has said everything, as HTTP/1.0 and many others do.
async fn upstream(listener: TcpListener) -> io::Result<()> {
    let (mut socket, _) = listener.accept().await?;
    let mut request = String::new();
    socket.read_to_string(&mut request).await?;
    socket
        .write_all(format!("{request} pong!").as_bytes())
        .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    tokio::spawn(upstream(listener));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(proxy(listener, server));

    let mut client = TcpStream::connect(address).await?;
    client.write_all(b"ping").await?;
    client.shutdown().await?;
    let mut reply = String::new();
    client.read_to_string(&mut reply).await?;
    println!("{reply}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;
    use tokio::net::TcpSocket;

    #[tokio::test]
    async fn the_answer_comes_after_the_end_of_the_request() -> io::Result<()> {
        let (mut client, mut near) = duplex(64);
        let (mut far, mut server) = duplex(64);
        let proxy = tokio::spawn(async move { copy(&mut near, &mut far).await });

        client.write_all(b"ping").await?;
        client.shutdown().await?;
        let mut request = String::new();
        server.read_to_string(&mut request).await?;
        assert_eq!(request, "ping");
        server.write_all(b"pong!").await?;
        drop(server);
        let mut reply = String::new();
        client.read_to_string(&mut reply).await?;
        assert_eq!(reply, "pong!");
        assert_eq!(proxy.await??, (4, 5));
        Ok(())
    }

    #[tokio::test]
    async fn a_side_that_does_not_read_stops_the_other() -> io::Result<()> {
        let (mut client, mut near) = duplex(1);
        let (mut far, mut server) = duplex(1);
        let proxy = tokio::spawn(async move { copy(&mut near, &mut far).await });
        let sent = BUFFER_SIZE + 2;
        client.write_all(&vec![7; sent]).await?;
        // Both pipes and the buffer are full now.
        tokio::select! {
            biased;
            _ = client.write_all(&[7; 3]) => panic!("there is no room"),
            () = tokio::task::yield_now() => {}
        }
        drop(client);
        let mut received = Vec::new();
        server.read_to_end(&mut received).await?;
        assert!(received.len() >= sent);
        drop(server);
        proxy.await??;
        Ok(())
    }

    #[tokio::test]
    async fn an_upstream_that_refuses_is_an_error_of_this_connection() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let (accepted, _) = listener.accept().await?;
        // Bound, but it does not listen: nobody else can have the port.
        let nobody = TcpSocket::new_v4()?;
        nobody.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let nobody_there = nobody.local_addr()?;
        assert!(forward(accepted, nobody_there).await.is_err());
        drop(client);
        Ok(())
    }

    #[tokio::test]
    async fn a_reset_is_handed_on_as_a_reset() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let server = listener.local_addr()?;
        let front = TcpListener::bind("127.0.0.1:0").await?;
        let mut client = TcpStream::connect(front.local_addr()?).await?;
        let (accepted, _) = front.accept().await?;
        let forwarded = tokio::spawn(forward(accepted, server));
        let (mut upstream, _) = listener.accept().await?;
        upstream.write_all(b"half of ").await?;
        client.read_exact(&mut [0; 8]).await?;
        upstream.set_zero_linger()?;
        drop(upstream);
        let error = client.read(&mut [0; 1]).await.expect_err("no end");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(forwarded.await?.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_side_that_breaks_ends_the_other() -> io::Result<()> {
        let (mut near, client) = duplex(64);
        let mut broken = tokio_test::io::Builder::new()
            .read_error(io::ErrorKind::ConnectionReset.into())
            .build();
        let error = copy(&mut near, &mut broken).await.expect_err("broken");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        drop(client);
        Ok(())
    }
}
