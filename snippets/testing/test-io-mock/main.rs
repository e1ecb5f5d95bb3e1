//! Reads, writes, pauses and errors by script, for code that talks to a peer.
//!
//! Use it when code must survive a peer that sends in pieces, stops half way or fails. The mock of
//! tokio-test plays a script, and fails the test if the code writes something else or leaves a part
//! of the script unplayed.
//!
//! Prevents: protocol code that works only while every frame arrives whole, and an end in the
//! middle of a frame that passes for a normal one.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longer frames are refused before anything is allocated for them.
const MAX_FRAME: usize = 1024;

/// Reads one frame: two bytes of length, then that many bytes. `None` at an end between frames.
///
/// # Errors
///
/// Of reading; if the stream ends inside a frame, or the frame is too long.
async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    // The first byte alone, because only here an end is no error.
    if stream.read(&mut length[..1]).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[1..]).await?;
    let length = usize::from(u16::from_be_bytes(length));
    if length > MAX_FRAME {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    stream.read_exact(&mut frame).await?;
    Ok(Some(frame))
}

/// Answers each frame with one byte, 1 if it is ASCII and 0 if not, until the peer ends.
///
/// # Errors
///
/// Of reading and writing.
async fn serve(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    while let Some(frame) = read_frame(stream).await? {
        stream.write_u8(frame.is_ascii().into()).await?;
        stream.flush().await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut answers = Vec::new();
    let requests = &b"\0\x05hello\0\x01\xff"[..];
    serve(&mut tokio::io::join(requests, &mut answers)).await?;
    println!("answers {answers:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::{Instant, timeout};
    use tokio_test::io::Builder;
    use tokio_test::{assert_err, assert_ok};

    const WIRE: &[u8] = b"\0\x03abc";

    // Every place where the network may cut, not the one that comes to mind.
    #[tokio::test]
    async fn a_frame_is_the_same_however_it_is_cut() -> io::Result<()> {
        for cut in 1..WIRE.len() {
            let (first, second) = WIRE.split_at(cut);
            let mut peer = Builder::new().read(first).read(second).build();
            let frame = read_frame(&mut peer).await?;
            assert_eq!(frame.as_deref(), Some(&b"abc"[..]), "cut at {cut}");
            assert_eq!(read_frame(&mut peer).await?, None);
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_end_inside_a_frame_is_an_error_wherever_it_is() {
        for cut in 1..WIRE.len() {
            let mut peer = Builder::new().read(&WIRE[..cut]).build();
            let error = assert_err!(read_frame(&mut peer).await, "cut at {cut}");
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
    }

    #[tokio::test]
    async fn frames_that_come_together_are_answered_one_by_one() {
        let mut peer = Builder::new()
            .name("peer")
            .read(b"\0\x01a\0\x00\0\x01\xff")
            .write(&[1])
            .write(&[1])
            .write(&[0])
            .build();
        assert_ok!(serve(&mut peer).await);
    }

    #[tokio::test]
    async fn a_frame_that_is_too_long_is_refused_at_its_length() {
        let mut peer = Builder::new().read(&[0xff, 0xff]).build();
        let error = assert_err!(read_frame(&mut peer).await);
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn errors_of_the_connection_come_through() {
        let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
        let mut peer = Builder::new().read(b"\0\x03a").read_error(reset()).build();
        let error = assert_err!(read_frame(&mut peer).await);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);

        let mut peer = Builder::new().read(WIRE).write_error(reset()).build();
        let error = assert_err!(serve(&mut peer).await);
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_pauses_is_waited_for() {
        let pause = Duration::from_secs(60);
        let start = Instant::now();
        let script = || {
            Builder::new()
                .read(b"\0")
                .wait(pause)
                .read(&WIRE[1..])
                .build()
        };
        assert_ok!(read_frame(&mut script()).await);
        assert_eq!(start.elapsed(), pause);

        let mut peer = script();
        assert_err!(timeout(pause / 2, read_frame(&mut peer)).await);
        assert_ok!(
            peer.read_to_end(&mut Vec::new()).await,
            "the script is played to its end"
        );
    }

    // The handle adds to the script after the code got the stream, for tests that react to it.
    #[tokio::test]
    async fn the_script_may_grow_after_the_start() -> io::Result<()> {
        let (mut peer, mut script) = Builder::new().read(WIRE).write(&[1]).build_with_handle();
        let server = tokio::spawn(async move { serve(&mut peer).await });
        script.read(b"\0\x01\xff").write(&[0]);
        drop(script);
        server.await?
    }
}
