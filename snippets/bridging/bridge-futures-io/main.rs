//! Tokio's streams for a library with the traits of futures-io, and back.
//!
//! Use it when a library wants `futures::io::AsyncRead` (that of async-std, smol and many protocol
//! crates) and you have a stream of Tokio's, or it hands you one of its own. `compat()` wraps the
//! one as the other, without a copy; what only writes takes `compat_write()`.
//!
//! Prevents: tasks and channels between two traits that differ in little but their names. A socket
//! of another runtime keeps its reactor, though, in a thread beside Tokio: rather give it Tokio's.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio_util::compat::{FuturesAsyncReadCompatExt, FuturesAsyncWriteCompatExt};
use tokio_util::compat::{TokioAsyncReadCompatExt, TokioAsyncWriteCompatExt};

/// Stands for a library's stream, such as one with TLS: over any of futures-io it shifts letters.
#[derive(Debug)]
struct Rot13<S>(S);

fn shift(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => (byte - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (byte - b'A' + 13) % 26 + b'A',
        other => other,
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Rot13<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = ready!(Pin::new(&mut self.0).poll_read(context, buffer))?;
        for byte in &mut buffer[..read] {
            *byte = shift(*byte);
        }
        Poll::Ready(Ok(read))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rot13<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let shifted: Vec<u8> = bytes.iter().copied().map(shift).collect();
        Pin::new(&mut self.0).poll_write(context, &shifted)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    // What Tokio calls `shutdown`.
    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(context)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (near, mut far) = duplex(64);
    // Into the library with a stream of Tokio's, and out of it with one again.
    let mut shifted = Rot13(near.compat()).compat();
    shifted.write_all(b"Hello").await?;
    shifted.flush().await?;
    let mut wire = [0; 5];
    far.read_exact(&mut wire).await?;
    println!("on the wire: {}", String::from_utf8_lossy(&wire));

    // Halves: each has one of the two traits.
    let (mut reader, writer) = tokio::io::split(far);
    let mut writer = Rot13(writer.compat_write()).compat_write();
    writer.write_all(b"Hello yourself").await?;
    writer.shutdown().await?;
    let mut answer = String::new();
    shifted.read_to_string(&mut answer).await?;
    println!("answer: {answer}");

    // The wrapped one comes out again: what is written to it goes past the library.
    let mut plain = shifted.into_inner().0.into_inner();
    plain.write_all(b"Hello").await?;
    reader.read_exact(&mut wire).await?;
    println!("past the library: {}", String::from_utf8_lossy(&wire));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::compat::Compat;

    #[tokio::test]
    async fn both_ways_give_back_what_went_in() {
        let (near, far) = duplex(7);
        let mut near: Compat<_> = Rot13(near.compat()).compat();
        let mut far: Compat<_> = Rot13(far.compat()).compat();
        let text = "The quick brown fox. ".repeat(100);
        let mut came = String::new();
        let (sent, received) = tokio::join!(
            async {
                near.write_all(text.as_bytes()).await?;
                near.shutdown().await
            },
            far.read_to_string(&mut came),
        );
        assert!(sent.is_ok() && received.is_ok());
        assert_eq!(came, text);
    }

    #[tokio::test]
    async fn an_error_comes_through_as_it_is() {
        let (near, far) = duplex(7);
        drop(far);
        let mut near = Rot13(near.compat()).compat();
        let error = near.write_all(b"x").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
