//! Noticing that the peer is gone: an end, a reset, silence, a caller who gave up.
//!
//! Use it when work for a client should stop once the client has gone, or when a log must say how
//! a connection ended. The kernel tells only what you ask for: by a read, a write, or a clock.
//!
//! Prevents: answers computed for nobody, connections of dead peers that stay for days, and a
//! client cut off because it had merely said all it had to say.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::{future::pending, time::Duration};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long a peer may be silent; one that is there sends a heartbeat sooner.
const MAX_SILENCE: Duration = Duration::from_millis(100);

/// How the peer's side of a connection ended.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    /// It has sent everything. It may still be listening for an answer.
    End,
    /// It is gone, and what was under way is lost.
    Reset,
    /// It says nothing: it may be gone, or the network, or it may only be slow.
    Silence,
}

/// Reads all that comes, and tells how it ended.
async fn read_to_ending(mut input: impl AsyncRead + Unpin) -> io::Result<Ending> {
    let mut buffer = [0; 1024];
    loop {
        // The limit starts anew with each read.
        match timeout(MAX_SILENCE, input.read(&mut buffer)).await {
            Ok(Ok(0)) => return Ok(Ending::End),
            Ok(Ok(_)) => {} // Here the bytes would be used.
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset => {
                return Ok(Ending::Reset);
            }
            Ok(Err(error)) => return Err(error),
            Err(_elapsed) => return Ok(Ending::Silence),
        }
    }
}

/// Works for a peer that keeps its side open while it waits; `None` when it closed it instead.
///
/// Not for a protocol in which a client ends its request by closing its writing side.
async fn unless_gone<T>(socket: &TcpStream, work: impl Future<Output = T>) -> Option<T> {
    let gone = async {
        // `peek` leaves what it sees, so the next request is not lost.
        if matches!(socket.peek(&mut [0]).await, Ok(1..)) {
            // That next request hides what comes after it: finish this one first.
            pending::<()>().await;
        }
    };
    tokio::select! {
        result = work => Some(result),
        () = gone => None,
    }
}

/// The same inside a program: a caller that was dropped has dropped its `Receiver`, too.
async fn unless_unwanted<T>(mut reply: oneshot::Sender<T>, work: impl Future<Output = T>) -> bool {
    let result = tokio::select! {
        result = work => result,
        () = reply.closed() => return false,
    };
    reply.send(result).is_ok()
}

async fn connected() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (mut client, mut server) = connected().await?;
    client.write_all(b"request").await?;
    client.shutdown().await?;
    println!("shutdown: {:?}", read_to_ending(&mut server).await?);
    server.write_all(b"reply").await?;
    drop(server);
    let mut reply = String::new();
    client.read_to_string(&mut reply).await?;
    println!("and still: {reply}");

    let (client, server) = connected().await?;
    // What the kernel of a program that crashed may send.
    client.set_zero_linger()?;
    drop(client);
    println!("crashed: {:?}", read_to_ending(server).await?);

    let (_client, server) = connected().await?;
    println!("mute: {:?}", read_to_ending(server).await?);

    let (client, server) = connected().await?;
    drop(client);
    println!("gone: {:?}", unless_gone(&server, pending::<()>()).await);

    let (reply, caller) = oneshot::channel::<()>();
    drop(caller);
    println!("unwanted: {}", !unless_unwanted(reply, pending()).await);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_the_last_byte() -> io::Result<()> {
        let (mut client, server) = tokio::io::duplex(64);
        let start = Instant::now();
        let talk = async {
            for _ in 0..3 {
                sleep(MAX_SILENCE * 9 / 10).await;
                client.write_all(b"x").await?;
            }
            io::Result::Ok(())
        };
        let (talked, ending) = tokio::join!(talk, read_to_ending(server));
        talked?;
        assert_eq!(ending?, Ending::Silence);
        assert_eq!(start.elapsed(), MAX_SILENCE * 9 / 10 * 3 + MAX_SILENCE);
        Ok(())
    }

    #[tokio::test]
    async fn an_end_comes_after_all_bytes() -> io::Result<()> {
        assert_eq!(read_to_ending(&[7; 5000][..]).await?, Ending::End);
        Ok(())
    }

    #[tokio::test]
    async fn bytes_that_were_not_read_turn_a_close_into_a_reset() -> io::Result<()> {
        let (client, mut server) = connected().await?;
        server.write_all(b"not read").await?;
        client.readable().await?;
        drop(client);
        assert_eq!(read_to_ending(server).await?, Ending::Reset);
        Ok(())
    }

    #[tokio::test]
    async fn a_peer_that_is_there_gets_its_answer() -> io::Result<()> {
        let (mut client, server) = connected().await?;
        assert_eq!(unless_gone(&server, ready("done")).await, Some("done"));
        // With a request waiting, the work goes on even though the peer goes away.
        client.write_all(b"next").await?;
        drop(client);
        server.readable().await?;
        let work = async {
            tokio::task::yield_now().await;
            "done"
        };
        assert_eq!(unless_gone(&server, work).await, Some("done"));
        Ok(())
    }

    #[tokio::test]
    async fn a_reset_stops_the_work() -> io::Result<()> {
        let (client, server) = connected().await?;
        client.set_zero_linger()?;
        drop(client);
        assert_eq!(unless_gone(&server, pending::<()>()).await, None);
        Ok(())
    }

    #[tokio::test]
    async fn a_caller_that_waits_gets_the_result() {
        let (reply, caller) = oneshot::channel();
        assert!(unless_unwanted(reply, ready(7)).await);
        assert_eq!(caller.await, Ok(7));
    }
}
