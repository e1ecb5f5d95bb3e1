//! Frames by hand: read into a buffer, parse, take what is whole.
//!
//! Use it when frames are read and written by two plain async methods, without codec traits and
//! streams; the format here is the netstring, `5:hello,`. Replace `parse` and `write_frame`.
//!
//! Prevents: bytes behind a frame that get lost, a buffer that is parsed from the beginning after
//! each read, a peer that vanishes inside a frame and seems to have said goodbye.

use bytes::{Buf, Bytes, BytesMut};
use std::io::{Error, ErrorKind, Result};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};

/// The most bytes of a frame's content.
pub const MAX_FRAME: usize = 64 * 1024;

/// Sends and receives frames.
#[derive(Debug)]
pub struct Connection<S> {
    // Collects the parts of a frame: one below 8 KiB goes out in one call.
    stream: BufWriter<S>,
    // What has been read and not yet returned: part of a frame, or several.
    buffer: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Speaks frames over `stream`.
    pub fn new(stream: S) -> Self {
        Self {
            stream: BufWriter::new(stream),
            buffer: BytesMut::with_capacity(4 * 1024),
        }
    }

    /// The next frame, or `None` when the peer has ended between two frames.
    ///
    /// Cancel safe: bytes of an unfinished frame stay in the buffer.
    ///
    /// # Errors
    ///
    /// Of reading; `InvalidData` for bytes that are no frame; `UnexpectedEof` for an end within one.
    pub async fn read_frame(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(frame) = parse(&mut self.buffer)? {
                return Ok(Some(frame));
            }
            // Appends; a `read` into a fixed array would have to be copied, and could be full.
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }

    /// Sends one frame. Not cancel safe: a part of it may have gone out.
    ///
    /// # Errors
    ///
    /// Of writing; `InvalidInput`, before anything is written, for more than [`MAX_FRAME`] bytes.
    pub async fn write_frame(&mut self, frame: &[u8]) -> Result<()> {
        if frame.len() > MAX_FRAME {
            return Err(ErrorKind::InvalidInput.into());
        }
        let head = format!("{}:", frame.len());
        self.stream.write_all(head.as_bytes()).await?;
        self.stream.write_all(frame).await?;
        self.stream.write_u8(b',').await?;
        self.stream.flush().await
    }
}

/// Takes one frame out of the buffer, or nothing at all when it is not whole.
fn parse(buffer: &mut BytesMut) -> Result<Option<Bytes>> {
    // However long the frame is, a few digits are all that is looked at again after each read.
    let mut length = 0;
    for (at, byte) in buffer.iter().enumerate() {
        match byte {
            b'0'..=b'9' if at == 0 || length > 0 => {
                length = length * 10 + usize::from(byte - b'0');
            }
            b':' if at > 0 => return take(buffer, at + 1, length),
            _ => return bad("no length"),
        }
        if length > MAX_FRAME {
            return bad("frame is too long");
        }
    }
    Ok(None)
}

fn take(buffer: &mut BytesMut, start: usize, length: usize) -> Result<Option<Bytes>> {
    let end = start + length;
    match buffer.get(end) {
        Some(b',') => {
            buffer.advance(start);
            let frame = buffer.split_to(length).freeze();
            buffer.advance(1);
            Ok(Some(frame))
        }
        Some(_) => bad("no comma behind the frame"),
        None => {
            buffer.reserve(end + 1 - buffer.len());
            Ok(None)
        }
    }
}

fn bad<T>(what: &'static str) -> Result<T> {
    Err(Error::new(ErrorKind::InvalidData, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_test::io::Builder;

    const WIRE: &[u8] = b"5:hello,0:,3:a:,,";

    async fn read_all(wire: &[u8]) -> (Vec<Bytes>, Option<ErrorKind>) {
        let mut connection = Connection::new(Builder::new().read(wire).build());
        let mut frames = Vec::new();
        loop {
            match connection.read_frame().await {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => return (frames, None),
                Err(error) => return (frames, Some(error.kind())),
            }
        }
    }

    #[tokio::test]
    async fn the_same_frames_wherever_the_wire_is_cut() -> Result<()> {
        for cut in 1..WIRE.len() {
            let stream = Builder::new().read(&WIRE[..cut]).read(&WIRE[cut..]).build();
            let mut connection = Connection::new(stream);
            for expected in ["hello", "", "a:,"] {
                let frame = connection.read_frame().await?;
                assert_eq!(frame.as_deref(), Some(expected.as_bytes()));
            }
            assert_eq!(connection.read_frame().await?, None);
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_end_inside_a_frame_is_an_error() {
        let whole = [8, 11];
        for end in 1..WIRE.len() {
            let (frames, error) = read_all(&WIRE[..end]).await;
            let inside = !whole.contains(&end);
            assert_eq!(error, inside.then_some(ErrorKind::UnexpectedEof));
            assert_eq!(frames.len(), whole.iter().filter(|&&at| at <= end).count());
        }
    }

    #[tokio::test]
    async fn what_is_no_frame_is_refused_without_waiting_for_more() {
        let too_long = format!("{}:", MAX_FRAME + 1);
        let wires = [
            "x",
            ":",
            "-1:",
            "+1:a,",
            "1:ab",
            "5;hello",
            "12345678901",
            &too_long,
        ];
        for wire in wires {
            let (frames, error) = read_all(wire.as_bytes()).await;
            assert!(frames.is_empty());
            assert_eq!(error, Some(ErrorKind::InvalidData), "{wire}");
        }
    }

    #[tokio::test]
    async fn a_frame_goes_out_in_one_piece() -> Result<()> {
        let stream = Builder::new().write(b"5:hello,").write(b"0:,").build();
        let mut connection = Connection::new(stream);
        connection.write_frame(b"hello").await?;
        connection.write_frame(b"").await?;
        let too_long = connection.write_frame(&vec![0; MAX_FRAME + 1]).await;
        assert_eq!(
            too_long.expect_err("refused").kind(),
            ErrorKind::InvalidInput
        );
        Ok(())
    }

    #[tokio::test]
    async fn the_longest_frame_passes_and_a_lost_race_loses_nothing() -> Result<()> {
        let (client, server) = tokio::io::duplex(1024);
        let (mut client, mut server) = (Connection::new(client), Connection::new(server));
        let longest = vec![7; MAX_FRAME];
        let reader = async {
            loop {
                tokio::select! {
                    biased;
                    frame = server.read_frame() => break frame,
                    () = tokio::task::yield_now() => {}
                }
            }
        };
        let (written, frame) = tokio::join!(client.write_frame(&longest), reader);
        written?;
        assert_eq!(frame?.as_deref(), Some(&longest[..]));
        Ok(())
    }
}
