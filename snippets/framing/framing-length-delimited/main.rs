//! Binary messages behind a length prefix, with a limit on both sides.
//!
//! Use it when messages are binary, or text that may hold newlines. The codec adds the length,
//! puts pieces together and works with any connection.
//!
//! Prevents: a length from a stranger that is believed and decides how much memory is reserved, a
//! message that is cut or glued to the next one.

use futures_util::{SinkExt, StreamExt};
use std::io;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::bytes::Bytes;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

/// The most bytes that one message may have. As much is reserved as soon as a length is read.
const MAX_FRAME_LENGTH: usize = 1024 * 1024;

/// Four bytes of length, big-endian, then the message. The peer must have the very same settings.
fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder()
        .length_field_type::<u32>()
        .max_frame_length(MAX_FRAME_LENGTH)
        .new_codec()
}

/// Sends back every message until the peer has no more.
///
/// # Errors
///
/// `InvalidData` when the peer announces too long a message, kind `Other` when it goes away inside
/// a length or a message. An end between the two looks like a clean one: where that matters, the
/// protocol needs a message that says goodbye.
async fn echo(stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut frames = Framed::new(stream, codec());
    while let Some(frame) = frames.next().await {
        frames.send(frame?.freeze()).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    // A pipe of seven bytes, so that no message arrives whole.
    let (client, server) = tokio::io::duplex(7);
    let server = tokio::spawn(echo(server));

    let mut client = Framed::new(client, codec());
    for message in ["hello", "", "two\nlines"] {
        client.send(Bytes::from(message)).await?;
        if let Some(echoed) = client.next().await {
            println!("{:?}", String::from_utf8_lossy(&echoed?));
        }
    }

    // Refused before a byte of it is written, so the connection can still be used.
    let too_long = Bytes::from(vec![0; MAX_FRAME_LENGTH + 1]);
    if let Err(error) = client.send(too_long).await {
        println!("sending: {error}");
    }
    drop(client);
    server.await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio_test::io::Builder;
    use tokio_util::codec::FramedRead;

    async fn read_all(input: &[u8]) -> (Vec<Vec<u8>>, Option<io::Error>) {
        let mut frames = FramedRead::new(input, codec());
        let mut read = Vec::new();
        while let Some(frame) = frames.next().await {
            match frame {
                Ok(frame) => read.push(frame.to_vec()),
                Err(error) => return (read, Some(error)),
            }
        }
        (read, None)
    }

    #[tokio::test]
    async fn frames_are_whole_wherever_the_wire_cuts_them() {
        let wire = b"\0\0\0\x05hello\0\0\0\0\0\0\0\x02ok";
        for cut in 1..wire.len() {
            let stream = Builder::new().read(&wire[..cut]).read(&wire[cut..]).build();
            let frames: Vec<_> = FramedRead::new(stream, codec()).collect().await;
            let frames: Vec<_> = frames.into_iter().map(|f| f.expect("a frame")).collect();
            assert_eq!(frames, [&b"hello"[..], b"", b"ok"]);
        }
    }

    #[tokio::test]
    async fn a_length_over_the_limit_is_refused_before_its_message() {
        let over = u32::try_from(MAX_FRAME_LENGTH + 1).expect("fits");
        let (frames, error) = read_all(&[&b"\0\0\0\x01a"[..], &over.to_be_bytes()].concat()).await;
        assert_eq!(frames, [b"a"]);
        let error = error.expect("refused");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert_eq!(error.to_string(), "frame size too big");
    }

    #[tokio::test]
    async fn the_longest_frame_passes_both_ways() {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let longest = Bytes::from(vec![7; MAX_FRAME_LENGTH]);
        let mut client = Framed::new(client, codec());
        let (echoed, client) = tokio::join!(echo(server), async move {
            client.send(longest.clone()).await?;
            let echoed = client.next().await.expect("an echo")?;
            assert_eq!(echoed.freeze(), longest);
            drop(client);
            Ok::<_, io::Error>(())
        });
        echoed.and(client).expect("no error");
    }

    #[tokio::test]
    async fn an_end_inside_a_frame_is_an_error() {
        for truncated in [&b"\0\0"[..], b"\0\0\0\x05hel"] {
            let (frames, error) = read_all(truncated).await;
            assert!(frames.is_empty());
            let error = error.expect("truncated");
            assert_eq!(error.to_string(), "bytes remaining on stream");
            assert_eq!(error.kind(), io::ErrorKind::Other);
        }
    }

    #[tokio::test]
    async fn an_end_between_length_and_message_looks_like_a_clean_one() {
        let (frames, error) = read_all(b"\0\0\0\x01a\0\0\0\x05").await;
        assert_eq!(frames, [b"a"]);
        assert!(error.is_none());
    }

    #[tokio::test]
    async fn other_headers_are_a_matter_of_settings() {
        // A byte of version, two of length, little-endian: the length counts these three as well.
        let wire = &b"\x01\x05\0ab"[..];
        let mut settings = LengthDelimitedCodec::builder();
        settings
            .little_endian()
            .length_field_offset(1)
            .length_field_length(2)
            .max_frame_length(16);
        let without_header = settings.length_adjustment(-3).new_read(wire).next().await;
        assert_eq!(
            &without_header.expect("a frame").expect("no error")[..],
            b"ab"
        );
        let with_header = settings.length_adjustment(0).num_skip(0).new_read(wire);
        let with_header = { with_header }.next().await;
        assert_eq!(&with_header.expect("a frame").expect("no error")[..], wire);
    }

    #[tokio::test]
    async fn the_sender_is_told_and_can_go_on() {
        let (client, mut server) = tokio::io::duplex(64);
        let mut client = Framed::new(client, codec());
        let too_long = Bytes::from(vec![0; MAX_FRAME_LENGTH + 1]);
        let error = client.send(too_long).await.expect_err("refused");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        server.write_all(b"\0\0\0\x02ok").await.expect("room");
        let frame = client.next().await.expect("a frame").expect("no error");
        assert_eq!(&frame[..], b"ok");
    }
}
