//! One connection: the protocol, and its end.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// Bytes that are read at once. With the kernel's own buffers, all the memory of a connection.
const BUFFER_SIZE: usize = 8 * 1024;

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The client sent its last byte and got everything back.
    Finished,
    /// The client sent nothing for the idle timeout.
    Idle,
    /// The client did not take a reply within the write timeout.
    Stalled,
    /// The server stops; everything read so far has been answered.
    Stopped,
}

/// Sends back what the client sends, until one of them ends it.
///
/// Bytes, not lines: every protocol can be tested against it, no message is too long for it, and
/// one buffer is all it needs. It reads again only when the last reply is written, so a client
/// that does not read is made to wait, and nothing piles up for it.
///
/// A stop interrupts only the wait for input. What has been read is always answered in full.
///
/// # Errors
///
/// When the stream fails, for example because the client reset the connection.
pub async fn echo<S>(stream: &mut S, config: &Config, stop: &CancellationToken) -> io::Result<Ended>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = vec![0; BUFFER_SIZE];
    loop {
        // Giving up a `read` loses nothing: it is cancel safe.
        let read = timeout(config.idle_timeout, stream.read(&mut buffer));
        let count = match stop.run_until_cancelled(read).await {
            None => return Ok(Ended::Stopped),
            Some(Err(_)) => return Ok(Ended::Idle),
            Some(Ok(count)) => count?,
        };
        if count == 0 {
            return Ok(Ended::Finished);
        }
        // Giving up a `write_all` loses count of what was sent, so only the end of the
        // connection may follow. A stop does not interrupt it.
        let write = async {
            stream.write_all(&buffer[..count]).await?;
            stream.flush().await
        };
        match timeout(config.write_timeout, write).await {
            Err(_) => return Ok(Ended::Stalled),
            Ok(written) => written?,
        }
    }
}

/// Ends a connection so that the last reply arrives: closes this side, then throws away what the
/// client still sends until it closes the other, or until `patience` ends.
///
/// Dropping a TCP socket with unread input resets the connection, and a reset can destroy a reply
/// that the client has not read yet.
///
/// # Errors
///
/// When the stream fails, or with [`io::ErrorKind::TimedOut`] when the client does not close.
pub(crate) async fn close<S>(stream: &mut S, patience: Duration) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    timeout(patience, async {
        stream.shutdown().await?;
        let mut ignored = [0; 512];
        while stream.read(&mut ignored).await? > 0 {}
        Ok(())
    })
    .await?
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, sleep};

    use super::*;

    const PIPE: usize = 64;
    const IDLE: Duration = Duration::from_secs(60);
    const WRITE: Duration = Duration::from_secs(10);

    /// A client, the echo it talks to over pipes of `PIPE` bytes, and what stops that.
    fn connect() -> (
        DuplexStream,
        JoinHandle<io::Result<Ended>>,
        CancellationToken,
    ) {
        let (client, mut server) = duplex(PIPE);
        let stop = CancellationToken::new();
        let token = stop.clone();
        let echo = tokio::spawn(async move {
            let config = Config {
                idle_timeout: IDLE,
                write_timeout: WRITE,
                ..Config::default()
            };
            echo(&mut server, &config, &token).await
        });
        (client, echo, stop)
    }

    /// Time that lets everything else come to rest: paused time goes on only then.
    async fn settle() {
        sleep(Duration::from_millis(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn everything_comes_back_before_the_end() {
        let (client, echo, _stop) = connect();
        let sent: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
        let (mut input, mut output) = tokio::io::split(client);
        let expected = sent.clone();
        let writer = tokio::spawn(async move {
            output.write_all(&sent).await?;
            output.shutdown().await
        });
        let mut received = Vec::new();
        input.read_to_end(&mut received).await.unwrap();
        writer.await.unwrap().unwrap();
        assert!(received == expected);
        assert_eq!(echo.await.unwrap().unwrap(), Ended::Finished);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_left_at_the_idle_timeout() {
        let (mut client, echo, _stop) = connect();
        let start = Instant::now();
        // Each byte starts the time anew.
        for _ in 0..3 {
            sleep(IDLE / 2).await;
            client.write_u8(7).await.unwrap();
            assert_eq!(client.read_u8().await.unwrap(), 7);
        }
        assert_eq!(echo.await.unwrap().unwrap(), Ended::Idle);
        assert_eq!(start.elapsed(), IDLE / 2 * 3 + IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_made_to_wait_then_left() {
        let (mut client, echo, _stop) = connect();
        let start = Instant::now();
        let mut taken = 0;
        let rejected = loop {
            match client.write(&[7; PIPE]).await {
                Ok(count) => taken += count,
                Err(error) => break error,
            }
        };
        assert_eq!(rejected.kind(), io::ErrorKind::BrokenPipe);
        // One pipe full of replies, one reply in hand, one pipe full of input; never more.
        assert_eq!(taken, 3 * PIPE);
        assert_eq!(echo.await.unwrap().unwrap(), Ended::Stalled);
        assert_eq!(start.elapsed(), WRITE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_wait_for_input_at_once() {
        let (client, echo, stop) = connect();
        settle().await;
        let start = Instant::now();
        stop.cancel();
        assert_eq!(echo.await.unwrap().unwrap(), Ended::Stopped);
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_does_not_cut_a_reply() {
        let (mut client, echo, stop) = connect();
        // The first fills the pipe back to the client, the second is the reply in hand.
        client.write_all(&[1; PIPE]).await.unwrap();
        client.write_all(&[2; PIPE]).await.unwrap();
        settle().await;
        stop.cancel();
        settle().await;
        assert!(!echo.is_finished());

        let mut received = Vec::new();
        client.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, [[1; PIPE], [2; PIPE]].concat());
        assert_eq!(echo.await.unwrap().unwrap(), Ended::Stopped);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_is_an_error() {
        let (client, echo, _stop) = connect();
        let (mut input, mut output) = tokio::io::split(client);
        output.write_all(&[1; PIPE]).await.unwrap();
        input.read_u8().await.unwrap();
        output.write_all(&[2; PIPE]).await.unwrap();
        settle().await;
        drop((input, output));
        let error = echo.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test(start_paused = true)]
    async fn close_waits_for_the_client_and_discards_its_input() {
        let (mut client, mut server) = duplex(PIPE);
        let closed = tokio::spawn(async move { close(&mut server, WRITE).await });
        // Far more than the pipe holds, and none of it blocks.
        client.write_all(&[7; 10 * PIPE]).await.unwrap();
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        drop(client);
        closed.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn close_is_patient_for_so_long() {
        let (client, mut server) = duplex(PIPE);
        let start = Instant::now();
        let error = close(&mut server, WRITE).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), WRITE);
        drop(client);
    }
}
