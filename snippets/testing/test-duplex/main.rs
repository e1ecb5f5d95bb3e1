//! Protocol code tested in memory: generic over its stream, run over `duplex`.
//!
//! Use it when code reads and writes a connection. Written for any `AsyncRead + AsyncWrite` it
//! serves a `TcpStream` in the program and an in-memory pipe in tests, whose buffer size decides
//! how finely everything is cut.
//!
//! Prevents: unit tests that need ports, and protocol code that was only ever tested with whole
//! messages.

use std::io;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// Answers each line with its length, until the peer ends its side. A line has no limit here.
///
/// # Errors
///
/// Of reading and writing, and if a line is not UTF-8.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    // `BufReader` passes writes through, so the stream need not be split.
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let answer = format!("{}\n", line.trim_end().len());
        stream.write_all(answer.as_bytes()).await?;
        // A `TcpStream` sends at once; TLS and a `BufWriter` may keep it until they are asked.
        stream.flush().await?;
        line.clear();
    }
    stream.shutdown().await
}

/// Sends all of `request` and returns all of the reply.
///
/// # Errors
///
/// Of reading and writing.
async fn exchange(stream: impl AsyncRead + AsyncWrite, request: &str) -> io::Result<String> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut reply = String::new();
    tokio::try_join!(
        async {
            writer.write_all(request.as_bytes()).await?;
            writer.shutdown().await
        },
        reader.read_to_string(&mut reply),
    )?;
    Ok(reply)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (client, server) = tokio::io::duplex(64);
    let (reply, ()) = tokio::try_join!(exchange(client, "three\nwords\nhere\n"), serve(server))?;
    println!("{}", reply.replace('\n', " ").trim_end());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{duplex, empty, join};

    #[tokio::test]
    async fn every_buffer_size_gives_the_same_reply() -> io::Result<()> {
        for size in 1..=16 {
            let (client, server) = duplex(size);
            let (reply, ()) = tokio::try_join!(exchange(client, "ab\n\nabcd"), serve(server))?;
            assert_eq!(reply, "2\n0\n4\n", "with a buffer of {size} bytes");
        }
        Ok(())
    }

    #[tokio::test]
    async fn answers_before_the_next_request() -> io::Result<()> {
        let (mut client, server) = duplex(64);
        let server = tokio::spawn(serve(server));
        let mut reply = [0; 2];
        for request in ["a\n", "b\n"] {
            client.write_all(request.as_bytes()).await?;
            client.read_exact(&mut reply).await?;
            assert_eq!(&reply, b"1\n");
        }
        // The end of the client is the end of the server.
        drop(client);
        server.await?
    }

    // A fixed input and a `Vec` are enough where nothing depends on the reply.
    #[tokio::test]
    async fn writes_what_the_input_asks_for() -> io::Result<()> {
        let mut output = Vec::new();
        serve(join(&b"hello\n"[..], &mut output)).await?;
        assert_eq!(output, b"5\n");
        Ok(())
    }

    #[tokio::test]
    async fn a_peer_that_is_gone_is_an_error() {
        let (mut client, server) = duplex(64);
        client.write_all(b"hello\n").await.expect("there is room");
        drop(client);
        let error = serve(server).await.expect_err("nobody reads the answer");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn bytes_that_are_not_text_are_an_error() {
        let error = serve(join(&b"\xff\n"[..], empty())).await;
        assert_eq!(
            error.expect_err("not UTF-8").kind(),
            io::ErrorKind::InvalidData
        );
    }
}
