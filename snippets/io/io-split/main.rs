//! Reading and writing one connection at the same time, without a lock.
//!
//! Use it when both sides may talk at any time: pipelined requests, a chat, a protocol with pushed
//! messages. One future owns the writing half, and whoever has something to say sends it there.
//!
//! Prevents: a lock around the socket that the reader holds while it waits, and two sides that
//! both write while nobody reads.

use std::error::Error;
use std::io;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// Messages that may wait to be written; who sends more waits, too.
const QUEUE: usize = 32;
/// The most bytes that a line may have: who sends no newline shall not fill the memory.
const MAX_LINE: usize = 8 * 1024;
const MESSAGES: usize = 1000;

/// Writes what is queued, and says goodbye when the last sender is gone.
async fn write_all_of(
    mut queue: mpsc::Receiver<String>,
    output: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let mut output = BufWriter::new(output);
    while let Some(message) = queue.recv().await {
        output.write_all(message.as_bytes()).await?;
        output.write_all(b"\n").await?;
        // Many messages that come at once make one write, and a single one does not wait.
        if queue.is_empty() {
            output.flush().await?;
        }
    }
    output.shutdown().await
}

fn lines_of<R: AsyncRead>(input: R) -> FramedRead<R, LinesCodec> {
    FramedRead::new(input, LinesCodec::new_with_max_length(MAX_LINE))
}

/// Answers each line; the replies of several tasks could go into the same queue.
async fn serve(
    input: impl AsyncRead + Unpin,
    replies: mpsc::Sender<String>,
) -> Result<(), LinesCodecError> {
    let mut lines = lines_of(input);
    while let Some(line) = lines.next().await {
        if replies.send(format!("re: {}", line?)).await.is_err() {
            break; // The writer has ended, and knows why.
        }
    }
    Ok(())
}

async fn connection(socket: TcpStream) -> Result<(), LinesCodecError> {
    // Two halves that may live in two tasks; `tokio::io::split` does it for any other stream.
    let (input, output) = socket.into_split();
    let (replies, queue) = mpsc::channel(QUEUE);
    // Both are waited for: the last replies are on their way. In one task, so that what drops the
    // connection drops both.
    let (served, written) = tokio::join!(serve(input, replies), write_all_of(queue, output));
    written?;
    served
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut socket = TcpStream::connect(listener.local_addr()?).await?;
    let (accepted, _) = listener.accept().await?;
    let server = tokio::spawn(connection(accepted));

    // Both in this task: `split` borrows, which costs nothing.
    let (input, output) = socket.split();
    let (requests, queue) = mpsc::channel(QUEUE);
    let ask = async move {
        for number in 0..MESSAGES {
            let _ = requests.send(number.to_string()).await;
        }
    };
    let read = async {
        let mut replies = lines_of(input);
        let mut in_order = 0;
        while let Some(reply) = replies.next().await {
            in_order += usize::from(reply? == format!("re: {in_order}"));
        }
        Ok::<_, LinesCodecError>(in_order)
    };
    let ((), written, in_order) = tokio::join!(ask, write_all_of(queue, output), read);
    written?;
    println!("{} of {MESSAGES} replies in order", in_order?);
    Ok(server.await??)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, duplex, split};

    #[tokio::test]
    async fn a_pipe_of_one_byte_does_not_stop_it() -> io::Result<()> {
        let (client, server) = duplex(1);
        let (input, output) = split(server);
        let (replies, queue) = mpsc::channel(1);
        let server = async {
            let (answered, written) =
                tokio::join!(serve(input, replies), write_all_of(queue, output));
            answered.expect("lines");
            written
        };
        let (mut input, mut output) = split(client);
        assert!(input.is_pair_of(&output));
        let mut text = String::new();
        let client = async {
            tokio::try_join!(input.read_to_string(&mut text), async {
                output.write_all("line\n".repeat(200).as_bytes()).await?;
                output.shutdown().await
            })
        };
        tokio::try_join!(server, client)?;
        assert_eq!(text, "re: line\n".repeat(200));
        Ok(())
    }

    #[tokio::test]
    async fn a_single_message_is_flushed_while_the_queue_stays_open() -> io::Result<()> {
        let (mut peer, output) = duplex(64);
        let (sender, queue) = mpsc::channel(QUEUE);
        let writer = tokio::spawn(write_all_of(queue, output));
        sender.send("now".to_owned()).await.expect("it runs");
        let mut message = [0; 4];
        peer.read_exact(&mut message).await?;
        assert_eq!(&message, b"now\n");
        drop(sender);
        writer.await??;
        assert_eq!(peer.read(&mut message).await?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn what_was_queued_is_written_when_the_senders_are_gone() -> io::Result<()> {
        let (sender, queue) = mpsc::channel(2);
        sender.try_send("one".to_owned()).expect("room");
        sender.try_send("two".to_owned()).expect("room");
        drop(sender);
        let mut output = Vec::new();
        write_all_of(queue, &mut output).await?;
        assert_eq!(output, b"one\ntwo\n");
        Ok(())
    }

    #[tokio::test]
    async fn a_writer_that_fails_ends_the_reader() {
        let (sender, queue) = mpsc::channel(1);
        let (peer, output) = duplex(1);
        drop(peer);
        let writer = tokio::spawn(write_all_of(queue, output));
        // More than the queue holds, from an input that has no end of its own.
        let endless = tokio::io::repeat(b'\n');
        serve(endless, sender).await.expect("the input is fine");
        let error = writer.await.expect("no panic").expect_err("no peer");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_refused() {
        let (sender, _queue) = mpsc::channel(1);
        let served = serve(tokio::io::repeat(b'x'), sender).await;
        assert!(matches!(
            served,
            Err(LinesCodecError::MaxLineLengthExceeded)
        ));
    }

    #[tokio::test]
    async fn a_connection_that_is_dropped_leaves_no_task_behind() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let _peer = TcpStream::connect(listener.local_addr()?).await?;
        let (socket, _) = listener.accept().await?;
        tokio::select! {
            biased;
            _ = connection(socket) => panic!("the peer is silent"),
            () = std::future::ready(()) => {}
        }
        let tasks = tokio::runtime::Handle::current().metrics();
        assert_eq!(tasks.num_alive_tasks(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn the_halves_become_one_stream_again() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (one, other) = tokio::try_join!(
            TcpStream::connect(listener.local_addr()?),
            listener.accept()
        )?;
        let (read, write) = one.into_split();
        let (foreign, _write) = other.0.into_split();
        let write = foreign.reunite(write).expect_err("of two streams").1;
        assert!(read.reunite(write).is_ok());
        Ok(())
    }
}
