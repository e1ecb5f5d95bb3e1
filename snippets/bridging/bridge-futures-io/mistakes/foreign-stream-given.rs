//! Tokio's `copy` is given a stream of futures-io's.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Stands for the stream of another library.
struct Foreign;

impl futures_io::AsyncRead for Foreign {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(0))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut foreign = Foreign;
    tokio::io::copy(&mut foreign, &mut tokio::io::sink()).await?;
    Ok(())
}
