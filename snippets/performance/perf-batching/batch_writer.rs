//! Writing in batches: one write for all messages that are queued.
//!
//! Use it when many small messages go through a channel to one connection or file. A lone message
//! is written at once; under load the batches grow by themselves.
//!
//! Prevents: a system call and a wake-up for each small message, a flush that undoes the buffer,
//! and replies that stay in a buffer while the other side waits for them.

use std::io::{self, IoSlice};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc::Receiver;
use tokio_util::io::write_all_vectored;

/// Messages that are taken from the queue, and written, at once.
///
/// Linux takes up to 1,024 in one call.
pub const BATCH: usize = 256;

/// Writes all messages of `queue`, in their order, until its senders are dropped.
///
/// It flushes whenever nothing is queued. Sockets, files and Unix pipes take the messages of a
/// batch in one call; a writer that cannot (see [`AsyncWrite::is_write_vectored`]) belongs in a
/// [`tokio::io::BufWriter`]. The writer is not shut down.
///
/// Not cancel safe: a future that is dropped may have written a part of a message, and forgets the
/// rest of its batch.
///
/// # Errors
///
/// The first error of the writer. The senders learn of it when the receiver is dropped.
pub async fn write_messages<T, W>(queue: &mut Receiver<T>, writer: &mut W) -> io::Result<()>
where
    T: AsRef<[u8]>,
    W: AsyncWrite + Unpin,
{
    let mut batch = Vec::with_capacity(BATCH);
    // It waits for the first message only, and takes with it what else is there; 0 is the end.
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let slices = batch.iter().map(|message| IoSlice::new(message.as_ref()));
        let mut slices: Vec<_> = slices.collect();
        write_all_vectored(writer, &mut slices).await?;
        batch.clear();
        if queue.is_empty() {
            writer.flush().await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncReadExt, BufWriter, duplex};
    use tokio::sync::mpsc::{Sender, channel};

    /// Takes at most `limit` bytes in a call, and counts the calls.
    #[derive(Debug)]
    struct Counting {
        data: Vec<u8>,
        limit: usize,
        vectored: bool,
        writes: usize,
        flushes: usize,
    }

    fn counting(limit: usize, vectored: bool) -> Counting {
        Counting {
            data: Vec::new(),
            limit,
            vectored,
            writes: 0,
            flushes: 0,
        }
    }

    impl AsyncWrite for Counting {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            data: &[u8],
        ) -> Poll<io::Result<usize>> {
            let taken = &data[..data.len().min(self.limit)];
            self.data.extend_from_slice(taken);
            self.writes += 1;
            Poll::Ready(Ok(taken.len()))
        }

        fn poll_write_vectored(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let slices = if self.vectored { slices } else { &slices[..1] };
            let data: Vec<u8> = slices
                .iter()
                .flat_map(|slice| slice.iter().copied())
                .collect();
            self.poll_write(cx, &data)
        }

        fn is_write_vectored(&self) -> bool {
            self.vectored
        }

        fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.flushes += 1;
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            panic!("shut down")
        }
    }

    fn queue(messages: usize) -> (Sender<String>, Receiver<String>, String) {
        let (sender, queue) = channel(messages.max(1));
        let messages: Vec<_> = (0..messages).map(|n| format!("message {n}\n")).collect();
        for message in &messages {
            sender.try_send(message.clone()).unwrap();
        }
        (sender, queue, messages.concat())
    }

    #[tokio::test]
    async fn what_is_queued_is_one_write_for_each_batch() {
        let (sender, mut queue, expected) = queue(BATCH * 3 + 1);
        drop(sender);
        let mut writer = counting(usize::MAX, true);
        write_messages(&mut queue, &mut writer).await.unwrap();
        assert_eq!(writer.data, expected.as_bytes());
        assert_eq!((writer.writes, writer.flushes), (4, 1));
    }

    #[tokio::test]
    async fn partial_writes_and_empty_messages_lose_nothing() {
        for (limit, vectored) in [(1, true), (7, true), (1, false), (7, false)] {
            let (sender, mut queue) = channel(8);
            for message in ["", "ab", "", "cdefghijkl", "m", ""] {
                sender.try_send(message).unwrap();
            }
            drop(sender);
            let mut writer = counting(limit, vectored);
            write_messages(&mut queue, &mut writer).await.unwrap();
            assert_eq!(writer.data, b"abcdefghijklm");
        }
    }

    #[tokio::test]
    async fn a_buffer_helps_a_writer_that_takes_one_slice() {
        let (sender, mut queue, expected) = queue(100);
        drop(sender);
        let mut writer = BufWriter::with_capacity(8192, counting(usize::MAX, false));
        write_messages(&mut queue, &mut writer).await.unwrap();
        let writer = writer.into_inner();
        assert_eq!(writer.data, expected.as_bytes());
        assert_eq!((writer.writes, writer.flushes), (1, 1));
    }

    #[tokio::test]
    async fn a_lone_message_is_flushed_before_it_waits_for_the_next() {
        let (sender, mut queue) = channel(1);
        let (ours, mut theirs) = duplex(64);
        let writer = tokio::spawn(async move {
            let mut writer = BufWriter::new(ours);
            write_messages(&mut queue, &mut writer).await
        });
        for _ in 0..3 {
            sender.send("ping").await.unwrap();
            let mut message = [0; 4];
            theirs.read_exact(&mut message).await.unwrap();
            assert_eq!(&message, b"ping");
        }
        drop(sender);
        writer.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn an_error_of_the_writer_ends_it() {
        let (_sender, mut queue, _) = queue(3);
        let (mut ours, theirs) = duplex(64);
        drop(theirs);
        let error = write_messages(&mut queue, &mut ours).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn no_messages_no_writes() {
        let (sender, mut queue, _) = queue(0);
        drop(sender);
        let mut writer = counting(1, true);
        write_messages(&mut queue, &mut writer).await.unwrap();
        assert_eq!((writer.writes, writer.flushes), (0, 0));
    }
}
