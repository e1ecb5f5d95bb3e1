//! Count the bytes that go through a reader or a writer.
//!
//! Use it when traffic has to be measured, limited or inspected without changing the code that
//! reads and writes; any wrapper has this form. Where looking at the bytes is enough,
//! `tokio_util::io::InspectReader` and `InspectWriter` do it with a closure.
//!
//! Prevents: counts that go wrong when a buffer is filled in several steps, and wrappers that make
//! vectored writes slow.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pin_project! {
    /// Passes everything on, and counts what was really read and written.
    #[derive(Debug)]
    pub struct Counted<T> {
        #[pin]
        inner: T,
        read: u64,
        written: u64,
    }
}

impl<T> Counted<T> {
    /// Counts from zero.
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            read: 0,
            written: 0,
        }
    }

    /// Bytes read so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Bytes written so far; what a buffer behind it still holds is among them.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// The reader or writer itself.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<R: AsyncRead> AsyncRead for Counted<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.project();
        // The caller may have put something in already.
        let before = buf.filled().len();
        ready!(this.inner.poll_read(context, buf))?;
        *this.read += (buf.filled().len() - before) as u64;
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite> AsyncWrite for Counted<W> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.project();
        let written = ready!(this.inner.poll_write(context, buf))?;
        // It may be less than was given.
        *this.written += written as u64;
        Poll::Ready(Ok(written))
    }

    // Without these two, a vectored write would fall back to one slice at a time.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.project();
        let written = ready!(this.inner.poll_write_vectored(context, bufs))?;
        *this.written += written as u64;
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_test::io::Builder;

    use super::*;

    #[tokio::test]
    async fn every_byte_counts_once_however_small_the_pieces() {
        let mut script = Builder::new();
        for byte in b"hello world" {
            script.read(&[*byte]);
        }
        let mut reader = Counted::new(script.build());
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        assert_eq!((text.as_str(), reader.read()), ("hello world", 11));
    }

    #[tokio::test]
    async fn what_the_buffer_held_before_does_not_count() {
        let mut reader = Counted::new(&b"abcdef"[..]);
        let mut buffer = [0; 4];
        reader.read_exact(&mut buffer).await.unwrap();
        assert_eq!(reader.read(), 4);
        assert_eq!(reader.into_inner(), b"ef");
    }

    #[tokio::test]
    async fn only_what_was_taken_counts_as_written() {
        // A writer with room for three bytes.
        let mut room = [0; 3];
        let mut writer = Counted::new(io::Cursor::new(&mut room[..]));
        assert_eq!(writer.write(b"hello").await.unwrap(), 3);
        assert_eq!(writer.written(), 3);
    }

    #[tokio::test]
    async fn vectored_writes_stay_vectored() {
        let mut writer = Counted::new(Vec::new());
        assert!(writer.is_write_vectored());
        let parts = [IoSlice::new(b"ab"), IoSlice::new(b"cde")];
        assert_eq!(writer.write_vectored(&parts).await.unwrap(), 5);
        assert_eq!(
            (writer.written(), writer.into_inner()),
            (5, b"abcde".to_vec())
        );
    }

    #[tokio::test]
    async fn an_error_is_passed_on_and_counts_nothing() {
        let script = Builder::new()
            .read_error(io::ErrorKind::ConnectionReset.into())
            .build();
        let mut reader = Counted::new(script);
        let error = reader.read_u8().await.unwrap_err();
        assert_eq!(
            (error.kind(), reader.read()),
            (io::ErrorKind::ConnectionReset, 0)
        );
    }
}
