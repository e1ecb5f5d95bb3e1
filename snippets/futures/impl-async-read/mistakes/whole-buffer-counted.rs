//! A buffer that is filled in steps is counted whole after each of them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

struct Counted<R>(R, usize);

impl<R: AsyncRead + Unpin> AsyncRead for Counted<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.0).poll_read(context, buf))?;
        self.1 += buf.filled().len();
        Poll::Ready(Ok(()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let source = b"hello ".chain(&b"world"[..]);
    let mut reader = Counted(source, 0);
    let mut buffer = [0; 11];
    reader.read_exact(&mut buffer).await?;
    println!("counted {} of {}", reader.1, buffer.len());
    Ok(())
}
