//! End a connection that has fallen silent, however long it has lived.
//!
//! Use it when a peer may take as long as it likes in all, but may not be silent for long: servers
//! with keep-alive, tunnels, sessions.
//!
//! Prevents: a timeout around the whole conversation, which cuts off clients that are busy, and
//! connections of vanished peers that are kept for ever.

use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

/// How long a peer may be silent. Of a real one you would rather expect a minute.
const IDLE_TIMEOUT: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (mut client, server) = duplex(64);
    let server = tokio::spawn(echo(server, IDLE_TIMEOUT));
    for _ in 0..3 {
        client.write_all(b"ping").await?;
        client.read_exact(&mut [0; 4]).await?;
    }
    // The client does not close its end, it just says nothing more.
    match server.await? {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => println!("echo: idle"),
        other => println!("echo: {other:?}"),
    }

    let (_notices, queue) = mpsc::channel(1);
    let end = session(&mut client, queue, IDLE_TIMEOUT).await?;
    println!("session: {end:?}");
    Ok(())
}

/// One direction at a time: each single wait has the limit.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] when the peer neither sends nor takes anything for so long.
async fn echo<S>(mut peer: S, idle: Duration) -> io::Result<u64>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    let mut echoed = 0;
    loop {
        // The first `?` makes an `io::Error` of `Elapsed`.
        let read = timeout(idle, peer.read(&mut buffer)).await??;
        if read == 0 {
            return Ok(echoed);
        }
        let mut rest = &buffer[..read];
        while !rest.is_empty() {
            // Not `write_all`: a peer that takes a little at a time is slow, not silent.
            if timeout(idle, peer.write_buf(&mut rest)).await?? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        echoed += read as u64;
    }
}

#[derive(Debug, PartialEq)]
enum End {
    Closed,
    Idle,
}

/// Several sources of activity: one timer for all, made outside the loop and set anew.
///
/// What the peer takes counts like what it sends, and a short notice is taken as soon as the kernel
/// has it. Where only a word of the peer proves that it lives, reset in the branch that reads.
///
/// # Errors
///
/// Of the peer's stream.
async fn session<S>(
    mut peer: S,
    mut notices: mpsc::Receiver<Vec<u8>>,
    idle: Duration,
) -> io::Result<End>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = [0; 1024];
    let mut silence = pin!(sleep(idle));
    loop {
        tokio::select! {
            read = peer.read(&mut buffer) => if read? == 0 {
                return Ok(End::Closed);
            },
            // A handler is not under the timer: the whole notice has a limit of its own.
            Some(notice) = notices.recv() => timeout(idle, peer.write_all(&notice)).await??,
            () = &mut silence => return Ok(End::Idle),
        }
        silence.as_mut().reset(Instant::now() + idle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::DuplexStream;

    const IDLE: Duration = Duration::from_secs(30);

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_slowly_is_not_idle() {
        let (mut client, server) = duplex(4);
        let client = async {
            for part in [b"1234", b"5678", b"abcd"] {
                client.write_all(part).await.unwrap();
            }
            for _ in 0..8 {
                sleep(secs(20)).await;
                client.read_u8().await.unwrap();
            }
            sleep(secs(1)).await;
            drop(client);
        };
        let (result, ()) = tokio::join!(echo(server, IDLE), client);
        assert_eq!(result.unwrap(), 12);
    }

    /// Sends a byte after 20, 40 and 60 seconds; the stream is then still open.
    async fn three_bytes(mut client: DuplexStream) -> DuplexStream {
        for _ in 0..3 {
            sleep(secs(20)).await;
            client.write_all(b"x").await.unwrap();
        }
        client
    }

    #[tokio::test(start_paused = true)]
    async fn idle_30_seconds_after_the_last_byte() {
        let start = Instant::now();
        let (client, server) = duplex(64);
        let (result, _client) = tokio::join!(echo(server, IDLE), three_bytes(client));
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), secs(90));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_closes_is_no_timeout() {
        let start = Instant::now();
        let (client, server) = duplex(64);
        let client = async {
            let mut client = three_bytes(client).await;
            client.shutdown().await.unwrap();
            client
        };
        let (result, _client) = tokio::join!(echo(server, IDLE), client);
        assert_eq!(result.unwrap(), 3);
        assert_eq!(start.elapsed(), secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_is_idle_too() {
        let start = Instant::now();
        let (mut client, server) = duplex(4);
        let (result, _) = tokio::join!(echo(server, IDLE), client.write_all(b"12345678"));
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn both_directions_keep_a_session_alive() {
        let start = Instant::now();
        let (client, server) = duplex(64);
        let (notices, queue) = mpsc::channel(1);
        let notify = async {
            sleep(secs(85)).await;
            notices.send(b"news".to_vec()).await.unwrap();
        };
        let (end, _client, ()) =
            tokio::join!(session(server, queue, IDLE), three_bytes(client), notify);
        assert_eq!(end.unwrap(), End::Idle);
        assert_eq!(start.elapsed(), secs(115));
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_without_notices_goes_on_and_ends() {
        let (client, server) = duplex(64);
        let (_, queue) = mpsc::channel(1);
        let client = async { drop(three_bytes(client).await) };
        let (end, ()) = tokio::join!(session(server, queue, IDLE), client);
        assert_eq!(end.unwrap(), End::Closed);
    }
}
