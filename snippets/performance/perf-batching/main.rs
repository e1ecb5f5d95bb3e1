//! A thousand small messages, written one by one and in batches.

use batch_writer::write_messages;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::{Receiver, channel, error::TrySendError};

pub mod batch_writer;

/// Stands for a socket: each call would be a system call.
#[derive(Default)]
struct Socket {
    calls: usize,
    bytes: usize,
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(data)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bytes = slices.iter().map(|slice| slice.len()).sum();
        self.calls += 1;
        self.bytes += bytes;
        Poll::Ready(Ok(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn queue() -> Result<Receiver<[u8; 32]>, TrySendError<[u8; 32]>> {
    let (sender, queue) = channel(1024);
    for _ in 0..1024 {
        sender.try_send([b'x'; 32])?;
    }
    Ok(queue)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (mut messages, mut socket) = (queue()?, Socket::default());
    while let Some(message) = messages.recv().await {
        socket.write_all(&message).await?;
    }
    println!("one by one: {} calls, {} bytes", socket.calls, socket.bytes);

    let (mut messages, mut socket) = (queue()?, Socket::default());
    write_messages(&mut messages, &mut socket).await?;
    println!("in batches: {} calls, {} bytes", socket.calls, socket.bytes);
    Ok(())
}
