//! Losing a race without losing data.
//!
//! Use it when a branch of `select!`, or anything under a timeout, reads, writes or sends. The
//! branch that loses is dropped, and what it had half done must not go with it.
//!
//! Prevents: bytes and messages that vanish without an error, only under load.

use std::error::Error;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // Pipes of two bytes, so that every read and every write is cut into many pieces.
    let (mut client, input) = duplex(2);
    let (output, mut server) = duplex(2);
    let (interrupt, interrupts) = mpsc::channel(1);
    let relay = tokio::spawn(relay(input, output, interrupts));

    let client = tokio::spawn(async move {
        for byte in *b"\0\0\0\x06abcdef\0\0\0\x040123" {
            client.write_all(&[byte]).await?;
            interrupt.send(()).await?;
        }
        Ok::<_, Box<dyn Error + Send + Sync>>(())
    });

    let mut relayed = String::new();
    server.read_to_string(&mut relayed).await?;
    client.await??;
    println!("relayed {relayed} with {} interruptions", relay.await??);

    let (queue, _receiver) = mpsc::channel(1);
    let stop = CancellationToken::new();
    println!("queued: {:?}", hand_over(&queue, "first", &stop).await);
    stop.cancel();
    println!("stopped: {:?}", hand_over(&queue, "second", &stop).await);
    Ok(())
}

/// Writes the content of each frame of `input` to `output`; returns how often it was interrupted.
///
/// # Errors
///
/// Of reading and writing; also when the input ends inside a frame.
async fn relay(
    input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    mut interrupts: mpsc::Receiver<()>,
) -> io::Result<u32> {
    let mut frames = FramedRead::new(input, LengthDelimitedCodec::new());
    // Everything that has to survive a lost race is kept out here, not inside a branch's future.
    let mut unsent = BytesMut::new();
    let mut interruptions = 0;
    loop {
        tokio::select! {
            biased;
            // First in order because it is rare; a source that is never silent would stop the rest.
            Some(()) = interrupts.recv() => interruptions += 1,
            // `write_all` would forget how far it came; this one moves `unsent` forward as it goes.
            written = output.write_all_buf(&mut unsent), if !unsent.is_empty() => written?,
            // `read_exact` would take its bytes along; here half a frame stays in `frames`.
            frame = frames.next(), if unsent.is_empty() => match frame {
                Some(frame) => unsent = frame?,
                None => break,
            },
        }
    }
    output.flush().await?;
    Ok(interruptions)
}

/// Queues the item, or gives it back when told to stop (or when the receiver is gone).
async fn hand_over<T>(queue: &mpsc::Sender<T>, item: T, stop: &CancellationToken) -> Result<(), T> {
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(item),
        // `send(item)` would drop the item when it loses; `reserve` waits for the place alone.
        place = queue.reserve() => match place {
            Ok(place) => {
                place.send(item);
                Ok(())
            }
            Err(_) => Err(item),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::time::Duration;
    use tokio::time::timeout;

    /// Polls once and drops the future, as a lost race does.
    async fn lose<F: Future>(future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = future => Some(output),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test]
    async fn half_a_frame_survives() {
        let (mut peer, input) = duplex(64);
        let mut frames = FramedRead::new(input, LengthDelimitedCodec::new());
        peer.write_all(b"\0\0\0\x06ab").await.unwrap();
        assert!(lose(frames.next()).await.is_none());
        peer.write_all(b"cdef").await.unwrap();
        let frame = frames.next().await.unwrap().unwrap();
        assert_eq!(&frame[..], b"abcdef");
    }

    #[tokio::test]
    async fn a_cut_off_write_goes_on_where_it_stopped() {
        let (mut output, mut peer) = duplex(4);
        let mut unsent = &b"0123456789"[..];
        assert!(lose(output.write_all_buf(&mut unsent)).await.is_none());
        assert_eq!(unsent, b"456789");

        let mut received = String::new();
        let (written, read) = tokio::join!(
            async {
                let written = output.write_all_buf(&mut unsent).await;
                drop(output);
                written
            },
            peer.read_to_string(&mut received)
        );
        assert!(written.is_ok() && read.is_ok());
        assert_eq!(received, "0123456789");
    }

    #[tokio::test]
    async fn an_item_that_found_no_place_comes_back() {
        let (queue, mut receiver) = mpsc::channel(1);
        let stop = CancellationToken::new();
        assert_eq!(hand_over(&queue, 1, &stop).await, Ok(()));

        let (handed_over, ()) = tokio::join!(hand_over(&queue, 2, &stop), async { stop.cancel() });
        assert_eq!(handed_over, Err(2));
        assert_eq!(receiver.recv().await, Some(1));

        drop(receiver);
        let stop = CancellationToken::new();
        assert_eq!(hand_over(&queue, 3, &stop).await, Err(3));
    }

    #[tokio::test]
    async fn a_truncated_frame_is_an_error() {
        let (_interrupt, interrupts) = mpsc::channel(1);
        let relayed = relay(&b"\0\0\0\x06ab"[..], tokio::io::sink(), interrupts).await;
        assert!(relayed.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_frame_and_a_gone_interrupter_do_not_stop_the_relay() {
        let (_, interrupts) = mpsc::channel(1);
        let mut output = Vec::new();
        let input = &b"\0\0\0\0\0\0\0\x02ok"[..];
        let relayed = timeout(
            Duration::from_secs(1),
            relay(input, &mut output, interrupts),
        )
        .await;
        assert_eq!(relayed.unwrap().unwrap(), 0);
        assert_eq!(output, b"ok");
    }
}
