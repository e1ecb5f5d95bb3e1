//! Change the protocol in the middle of a connection, and lose no byte.
//!
//! Use it when a connection begins with lines and goes on as something else: an upgrade, a header
//! before a body, a handshake before raw bytes.
//!
//! Prevents: bytes that the first codec had read ahead and that are thrown away with it.

use std::error::Error;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::bytes::Bytes;
use tokio_util::codec::{AnyDelimiterCodec, AnyDelimiterCodecError, BytesCodec, Framed};

/// The longest header line, without its end.
const MAX_LINE: usize = 1024;
/// The most header lines: a limit for each line is none for all of them.
const MAX_LINES: usize = 64;

type Failure = Box<dyn Error + Send + Sync>;

/// Reads header lines up to the empty one. What came right behind it lies in the returned buffer.
async fn header<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
) -> Result<(Vec<Bytes>, Framed<S, AnyDelimiterCodec>), Failure> {
    // A line ends at either of these; answers end with the last argument.
    let codec = AnyDelimiterCodec::new_with_max_length(b"\n;".to_vec(), b"\n".to_vec(), MAX_LINE);
    let mut lines = Framed::new(stream, codec);
    let mut header = Vec::new();
    loop {
        match lines.next().await {
            Some(Ok(line)) if line.is_empty() => return Ok((header, lines)),
            Some(Ok(_)) if header.len() == MAX_LINES => return Err("too many header lines".into()),
            Some(Ok(line)) => header.push(line),
            Some(Err(AnyDelimiterCodecError::MaxChunkLengthExceeded)) => {
                return Err("the header line is too long".into());
            }
            Some(Err(AnyDelimiterCodecError::Io(error))) => return Err(error.into()),
            None => return Err("the connection ended in the header".into()),
        }
    }
}

/// Goes on with raw bytes on the same connection: both buffers are taken along.
///
/// Where no codec follows, `into_parts` hands them out with the connection, as `FramedParts`.
fn raw<S: AsyncRead + AsyncWrite>(lines: Framed<S, AnyDelimiterCodec>) -> Framed<S, BytesCodec> {
    lines.map_codec(|_| BytesCodec::new())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let (client, server) = tokio::io::duplex(1024);
    let mut client = Framed::new(client, BytesCodec::new());
    // Header and body arrive together.
    client.send(Bytes::from("name: x;size: 4\n\nbody")).await?;

    let (header, lines) = header(server).await?;
    println!("header {header:?}");
    let mut server = raw(lines);
    if let Some(body) = server.next().await {
        println!("body {:?}", body?.freeze());
    }
    server.send(Bytes::from("done")).await?;
    if let Some(answer) = client.next().await {
        println!("answer {:?}", answer?.freeze());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::bytes::BytesMut;
    use tokio_util::codec::FramedParts;

    async fn after_header(sent: &'static str) -> Result<(usize, BytesMut), Failure> {
        let (client, server) = tokio::io::duplex(sent.len());
        let mut client = Framed::new(client, BytesCodec::new());
        client.send(Bytes::from(sent)).await?;
        drop(client);
        let (header, lines) = header(server).await?;
        let mut rest = BytesMut::new();
        let mut raw = raw(lines);
        while let Some(bytes) = raw.next().await {
            rest.extend(bytes?);
        }
        Ok((header.len(), rest))
    }

    #[tokio::test]
    async fn what_was_read_ahead_is_kept() {
        let (lines, rest) = after_header("a\nb\n\n1\n2\n").await.unwrap();
        assert_eq!((lines, &rest[..]), (2, &b"1\n2\n"[..]));
    }

    #[tokio::test]
    async fn it_is_in_the_parts_too() {
        let (client, server) = tokio::io::duplex(64);
        let mut client = Framed::new(client, BytesCodec::new());
        client.send(Bytes::from("a\n\n1")).await.unwrap();
        let (_, lines) = header(server).await.unwrap();
        let FramedParts { read_buf, .. } = lines.into_parts();
        assert_eq!(read_buf, "1");
    }

    #[tokio::test]
    async fn a_header_without_end_is_an_error() {
        let most = "a\n".repeat(MAX_LINES);
        let whole: &'static str = format!("{most}\n").leak();
        assert_eq!(after_header(whole).await.unwrap().0, MAX_LINES);
        let more: &'static str = format!("{most}a\n").leak();
        let error = after_header(more).await.unwrap_err();
        assert_eq!(error.to_string(), "too many header lines");
    }

    #[tokio::test]
    async fn an_end_in_the_header_is_an_error() {
        assert!(after_header("a\nb\n").await.is_err());
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_an_error() {
        let long: &'static str = "x".repeat(2 * MAX_LINE).leak();
        let error = after_header(long).await.unwrap_err();
        assert_eq!(error.to_string(), "the header line is too long");
    }
}
