//! Read and write a socket at once: borrowed halves, owned halves, one again.
//!
//! Use it when two sides of a connection work at once. In one task `split` is enough and free; for
//! two tasks take `into_split`, whose halves also know how to become the socket again.
//!
//! Prevents: a lock around a socket, `tokio::io::split` (which locks) where the socket can do it
//! without, and a write half whose end is never told to the peer.

use std::error::Error;
use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::ReuniteError;
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Sends a question and reads the answer, both at once: neither side's buffer can fill up and stop
/// the other. The borrowed halves live in this task alone.
async fn exchange(stream: &mut TcpStream, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut answer = vec![0; question.len()];
    let (mut reader, mut writer) = stream.split();
    tokio::try_join!(reader.read_exact(&mut answer), writer.write_all(question))?;
    Ok(answer)
}

/// Copies back what comes until the peer ends its side: both halves in one task, so `split` does.
async fn echo(mut stream: UnixStream) -> io::Result<u64> {
    let (mut reader, mut writer) = stream.split();
    let copied = tokio::io::copy(&mut reader, &mut writer).await?;
    // A borrowed half that is dropped ends nothing; an owned one does, but hides the error.
    writer.shutdown().await?;
    Ok(copied)
}

/// Two sockets that are connected to each other.
async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (mut client, mut server) = pair().await?;
    let (there, back) = tokio::try_join!(
        exchange(&mut client, b"ping"),
        exchange(&mut server, b"pong")
    )?;
    println!("{} {}", String::from_utf8(there)?, String::from_utf8(back)?);

    // Owned halves may go to two tasks, and come back.
    let (mut reader, mut writer) = client.into_split();
    let read = tokio::spawn(async move { reader.read_exact(&mut [0; 4]).await.map(|_| reader) });
    let written = tokio::spawn(async move { writer.write_all(b"more").await.map(|()| writer) });
    exchange(&mut server, b"more").await?;
    let (reader, writer) = (read.await??, written.await??);
    let (_, foreign) = server.into_split();
    match reader.reunite(foreign) {
        Ok(_) => println!("one socket"),
        Err(ReuniteError(reader, _)) => {
            println!("not the halves of one socket");
            reader.reunite(writer)?;
            println!("these are");
        }
    }

    let (mut near, far) = UnixStream::pair()?;
    let echoed = tokio::spawn(echo(far));
    let (mut reader, mut writer) = near.split();
    writer.write_all(b"hello").await?;
    writer.shutdown().await?;
    let mut text = String::new();
    reader.read_to_string(&mut text).await?;
    println!("{text}, {} bytes", echoed.await??);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than both socket buffers hold.
    const LARGE: usize = 8 * 1024 * 1024;

    #[tokio::test]
    async fn an_exchange_of_more_than_the_buffers_hold_ends() {
        let (mut one, mut other) = pair().await.unwrap();
        let question = vec![7; LARGE];
        let (a, b) = tokio::try_join!(
            exchange(&mut one, &question),
            exchange(&mut other, &question)
        )
        .unwrap();
        assert_eq!((a.len(), b.len()), (LARGE, LARGE));
    }

    #[tokio::test]
    async fn halves_of_two_unix_sockets_are_told_apart() {
        let (one, other) = UnixStream::pair().unwrap();
        let (reader, writer) = one.into_split();
        let (_, foreign) = other.into_split();
        let tokio::net::unix::ReuniteError(reader, _) = reader.reunite(foreign).unwrap_err();
        assert!(reader.reunite(writer).is_ok());
    }

    #[tokio::test]
    async fn a_dropped_write_half_ends_its_direction() {
        let (one, mut other) = UnixStream::pair().unwrap();
        let (_reader, writer) = one.into_split();
        drop(writer);
        assert_eq!(other.read(&mut [0; 1]).await.unwrap(), 0);
    }
}
