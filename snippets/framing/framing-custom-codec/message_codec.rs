//! A codec of your own: typed messages over any connection.
//!
//! Use it when the wire has a format of its own: replace `Message` and the two layouts, keep the
//! order of the steps. For a plain length prefix or lines there are ready codecs.
//!
//! Prevents: half a frame that is taken for a whole one or thrown away, a length that is believed,
//! a connection that ends inside a frame without anybody noticing.

use std::io::{Error, ErrorKind, Result};
use tokio_util::bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

/// The most bytes that the body of a message may have.
pub const MAX_BODY: usize = 64 * 1024;

/// A byte of kind and four of length, big-endian.
const HEADER: usize = 1 + 4;
const PING: u8 = 0;
const DATA: u8 = 1;

/// What goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Are you there?
    Ping,
    /// A body of at most [`MAX_BODY`] bytes.
    Data(Bytes),
}

/// Turns bytes into messages and back.
///
/// It keeps no state between calls: what is incomplete stays in the buffer. A format whose frames
/// must be searched for their end should remember here how far it has looked.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessageCodec;

impl Decoder for MessageCodec {
    type Item = Message;
    type Error = Error;

    /// # Errors
    ///
    /// `InvalidData` for an unknown kind or too long a body, as soon as the header is there. The
    /// stream ends after an error, because nobody knows where the next message would begin.
    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<Message>> {
        // Look, do not take: more calls follow with the same bytes and some new ones behind.
        let Some(header) = source.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let [kind, length @ ..] = *header;
        let length = u32::from_be_bytes(length) as usize;
        if !matches!((kind, length), (PING, 0) | (DATA, _)) {
            return Err(Error::new(ErrorKind::InvalidData, "unknown message"));
        }
        if length > MAX_BODY {
            return Err(Error::new(ErrorKind::InvalidData, "message is too long"));
        }
        if source.len() < HEADER + length {
            // One allocation instead of several on the way there.
            source.reserve(HEADER + length - source.len());
            return Ok(None);
        }
        // Whole: exactly its bytes leave the buffer, without being copied.
        source.advance(HEADER);
        let body = source.split_to(length).freeze();
        Ok(Some(match kind {
            PING => Message::Ping,
            _ => Message::Data(body),
        }))
    }

    // `decode_eof` as it comes makes bytes that are left at the end an error.
}

impl Encoder<Message> for MessageCodec {
    type Error = Error;

    /// # Errors
    ///
    /// `InvalidInput` for too long a body; nothing of it is written, the stream stays usable.
    fn encode(&mut self, message: Message, target: &mut BytesMut) -> Result<()> {
        let (kind, body) = match message {
            Message::Ping => (PING, Bytes::new()),
            Message::Data(body) => (DATA, body),
        };
        let length = u32::try_from(body.len()).ok();
        let Some(length) = length.filter(|_| body.len() <= MAX_BODY) else {
            return Err(Error::new(ErrorKind::InvalidInput, "message is too long"));
        };
        target.reserve(HEADER + body.len());
        target.put_u8(kind);
        target.put_u32(length);
        target.put(body);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{SinkExt, StreamExt};
    use tokio_test::io::Builder;
    use tokio_util::codec::{FramedRead, FramedWrite};

    fn messages() -> [Message; 4] {
        let data = |body| Message::Data(Bytes::from_static(body));
        [data(b"hello"), Message::Ping, data(b""), data(b"\0\x01")]
    }

    fn wire() -> BytesMut {
        let mut wire = BytesMut::new();
        for message in messages() {
            MessageCodec.encode(message, &mut wire).expect("short");
        }
        wire
    }

    /// All messages up to an error, and that error; then the stream must be at its end.
    async fn read(input: &[u8]) -> (Vec<Message>, Option<Error>) {
        let mut frames = FramedRead::new(input, MessageCodec);
        let mut read = Vec::new();
        while let Some(message) = frames.next().await {
            match message {
                Ok(message) => read.push(message),
                Err(error) => {
                    assert!(frames.next().await.is_none());
                    return (read, Some(error));
                }
            }
        }
        (read, None)
    }

    #[test]
    fn the_layout_is_the_one_of_the_protocol() {
        let expected = b"\x01\0\0\0\x05hello\0\0\0\0\0\x01\0\0\0\0\x01\0\0\0\x02\0\x01";
        assert_eq!(&wire()[..], expected);
    }

    #[tokio::test]
    async fn the_same_messages_wherever_the_wire_is_cut() {
        let wire = wire();
        for first in 1..wire.len() {
            for second in first + 1..wire.len() {
                let stream = Builder::new()
                    .read(&wire[..first])
                    .read(&wire[first..second])
                    .read(&wire[second..])
                    .build();
                let read: Vec<_> = FramedRead::new(stream, MessageCodec).collect().await;
                let read: Result<Vec<_>> = read.into_iter().collect();
                assert_eq!(read.expect("no error"), messages());
            }
        }
    }

    #[tokio::test]
    async fn the_end_is_an_error_inside_a_message_only() {
        let wire = wire();
        for end in 0..=wire.len() {
            let (read, error) = read(&wire[..end]).await;
            let whole = [0, 10, 15, 20, 27];
            if let Some(count) = whole.iter().position(|&at| at == end) {
                assert!(error.is_none());
                assert_eq!(read, messages()[..count]);
            } else {
                let error = error.expect("truncated");
                assert_eq!(error.to_string(), "bytes remaining on stream");
            }
        }
    }

    #[tokio::test]
    async fn bad_headers_are_refused_before_the_body_is_there() {
        let too_long = [
            &b"\x01"[..],
            &(u32::try_from(MAX_BODY).expect("fits") + 1).to_be_bytes(),
        ]
        .concat();
        let (_, error) = read(&too_long).await;
        assert_eq!(error.expect("refused").to_string(), "message is too long");
        for unknown in [&b"\x02\0\0\0\x05"[..], b"\0\0\0\0\x01"] {
            let (_, error) = read(unknown).await;
            assert_eq!(error.expect("refused").to_string(), "unknown message");
        }
    }

    #[tokio::test]
    async fn the_longest_body_passes_a_longer_one_is_not_written() {
        let mut sink = FramedWrite::new(Vec::new(), MessageCodec);
        let longest = Message::Data(Bytes::from(vec![7; MAX_BODY]));
        let longer = Message::Data(Bytes::from(vec![7; MAX_BODY + 1]));
        let error = sink.send(longer).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        sink.send(longest.clone()).await.expect("written");
        let (read, error) = read(sink.get_ref()).await;
        assert!(error.is_none());
        assert_eq!(read, [longest]);
    }
}
