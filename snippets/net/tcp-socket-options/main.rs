//! Socket options: reuse, backlog, no delay, keepalive, and sockets from elsewhere.
//!
//! Use it when the defaults of `TcpListener::bind` and `TcpStream::connect` do not fit: a longer
//! queue, probes that find dead peers, a listener that a service manager hands over.
//!
//! Prevents: a runtime that stands still because a socket from `std` was still blocking, and dead
//! connections that are noticed after two hours, which is the usual default of keepalive.

use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// Connections that may wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 4_096;
/// How long a connection is quiet before the first probe.
const KEEPALIVE: Duration = Duration::from_secs(60);
/// Time between probes; how many may fail is for the system to say.
const PROBE_INTERVAL: Duration = Duration::from_secs(10);

/// What `TcpListener::bind` does, with a backlog of your own.
///
/// # Panics
///
/// Outside of a Tokio runtime with I/O enabled.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A restart need not wait for old connections to time out. On Windows it would mean something
    // else: that another program may take the port.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// For a connection that carries small messages and may be quiet for long.
fn configure(stream: &TcpStream) -> io::Result<()> {
    // Small writes go out at once; for bulk data the default does as well.
    stream.set_nodelay(true)?;
    // Tokio can switch keepalive on, but does not know its times.
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(PROBE_INTERVAL);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

/// Takes over a listener, for example one that a service manager has opened.
///
/// # Panics
///
/// Outside of a Tokio runtime with I/O enabled.
fn adopt(listener: std::net::TcpListener) -> io::Result<TcpListener> {
    // Tokio does not do it for you, and a blocking socket would stop a whole thread.
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    configure(&client)?;
    let socket = SockRef::from(&client);
    println!("nodelay: {}", client.nodelay()?);
    println!("keepalive: {}", socket.keepalive()?);

    let listener = adopt(std::net::TcpListener::bind("127.0.0.1:0")?)?;
    let client = TcpStream::connect(listener.local_addr()?);
    let (_client, _accepted) = tokio::try_join!(client, listener.accept())?;
    println!("adopted: it accepts");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn listens_on_both_families_and_the_options_are_set() -> io::Result<()> {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let address: SocketAddr = address.parse().expect("an address");
            let listener = match listen(address) {
                // Not every machine has IPv6.
                Err(_) if address.is_ipv6() => continue,
                listener => listener?,
            };
            assert_eq!(SockRef::from(&listener).reuse_address()?, cfg!(unix));
            let stream = TcpStream::connect(listener.local_addr()?).await?;
            configure(&stream)?;
            assert!(stream.nodelay()?);
            let socket = SockRef::from(&stream);
            assert!(socket.keepalive()?);
            #[cfg(target_os = "linux")]
            assert_eq!(socket.tcp_keepalive_time()?, KEEPALIVE);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_port_is_free_again_although_old_connections_linger() -> io::Result<()> {
        let first = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = first.local_addr()?;
        let mut client = TcpStream::connect(address).await?;
        let (mut server, _) = first.accept().await?;
        // Who closes first has the connection linger: here the server.
        server.shutdown().await?;
        assert_eq!(client.read(&mut [0; 1]).await?, 0);
        drop((client, server, first));
        listen(address).map(drop)
    }

    #[tokio::test]
    async fn options_before_the_connection_and_the_way_to_std_and_back() -> io::Result<()> {
        let listener = adopt(std::net::TcpListener::bind("127.0.0.1:0")?)?;
        let socket = TcpSocket::new_v4()?;
        socket.set_nodelay(true)?;
        socket.set_keepalive(true)?;
        socket.set_recv_buffer_size(64 * 1024)?;
        assert!(socket.nodelay()? && socket.keepalive()?);
        let stream = socket.connect(listener.local_addr()?).await?;
        let std = stream.into_std()?;
        // It is still not blocking, so it can go straight back.
        let mut stream = TcpStream::from_std(std)?;
        let (mut accepted, _) = listener.accept().await?;
        stream.write_all(b"hello").await?;
        let mut text = [0; 5];
        accepted.read_exact(&mut text).await?;
        assert_eq!(&text, b"hello");
        Ok(())
    }
}
