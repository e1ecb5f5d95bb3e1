//! A writer whose bytes go into a bounded channel, chunk by chunk.
//!
//! Use it when code that writes to an `AsyncWrite` should feed a task, a response body or a stream
//! of chunks, and slow down when these do.
//!
//! Prevents: a whole body collected in memory, and an unbounded channel between a fast writer and a
//! slow reader.

use std::error::Error;
use std::io;

use futures_util::SinkExt;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_util::bytes::Bytes;
use tokio_util::io::{CopyToBytes, InspectReader, SinkWriter};
use tokio_util::sync::PollSender;

/// How many chunks may wait; then the writer waits.
const CAPACITY: usize = 4;

/// A writer into the channel. Each `write` is one chunk, so put a `BufWriter` around it where many
/// small ones are written. A receiver that is gone is `BrokenPipe`.
///
/// Dropped, it ends the channel as `shutdown` does: the receiver learns of a failure only from the
/// writer's task, so wait for that, or send `io::Result<Bytes>`.
fn channel_writer() -> (impl AsyncWrite + Unpin, mpsc::Receiver<Bytes>) {
    let (chunks, receiver) = mpsc::channel(CAPACITY);
    let sink = PollSender::new(chunks).sink_map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe));
    // The sink takes `Bytes`; the writer has slices, which must be copied once.
    (SinkWriter::new(CopyToBytes::new(sink)), receiver)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (mut writer, mut chunks) = channel_writer();
    let copying = tokio::spawn(async move {
        let mut seen = 0;
        // Looks at all that is read on its way.
        let mut source =
            InspectReader::new(&b"a long body"[..], |bytes: &[u8]| seen += bytes.len());
        tokio::io::copy(&mut source, &mut writer).await?;
        writer.write_all(b", and its end").await?;
        // Ends the channel.
        writer.shutdown().await?;
        io::Result::Ok(seen)
    });
    while let Some(chunk) = chunks.recv().await {
        println!("chunk {chunk:?}");
    }
    // Only now it is known whether these were all.
    println!("read {} bytes", copying.await??);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_channel_makes_the_writer_wait() {
        let (mut writer, mut chunks) = channel_writer();
        for _ in 0..CAPACITY {
            writer.write_all(b"x").await.unwrap();
        }
        let waits = tokio_test::task::spawn(writer.write_all(b"y"))
            .poll()
            .is_pending();
        assert!(waits);
        chunks.recv().await.unwrap();
        writer.write_all(b"y").await.unwrap();
    }

    #[tokio::test]
    async fn a_receiver_that_is_gone_is_a_broken_pipe() {
        let (mut writer, chunks) = channel_writer();
        drop(chunks);
        let error = writer.write_all(b"x").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn shutdown_ends_the_channel() {
        let (mut writer, mut chunks) = channel_writer();
        writer.write_all(b"x").await.unwrap();
        writer.shutdown().await.unwrap();
        assert_eq!(chunks.recv().await.as_deref(), Some(&b"x"[..]));
        assert_eq!(chunks.recv().await, None);
    }

    #[tokio::test]
    async fn a_writer_that_is_dropped_ends_the_channel_too() {
        let (mut writer, mut chunks) = channel_writer();
        writer.write_all(b"half").await.unwrap();
        drop(writer);
        assert_eq!(chunks.recv().await.as_deref(), Some(&b"half"[..]));
        assert_eq!(chunks.recv().await, None);
    }
}
