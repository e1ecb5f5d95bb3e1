//! Give a blocking library an async stream to read from or write to.
//!
//! Use it when a parser, a compressor or an archive writer knows only `std::io::Read` and `Write`,
//! and the bytes come from a socket or another async source.
//!
//! Prevents: a whole body in memory because the library cannot await, and a panic from blocking
//! inside a task.

use std::error::Error;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::spawn_blocking;
use tokio_util::io::SyncIoBridge;

/// Stands for a library: numbers the lines of a reader, and says how many there were.
fn number_lines(input: impl BufRead, mut output: impl Write) -> io::Result<usize> {
    let mut count = 0;
    for line in input.lines() {
        count += 1;
        writeln!(output, "{count}: {}", line?)?;
    }
    output.flush()?;
    Ok(count)
}

/// The same for async streams: the library runs on a thread for blocking work, and waits there.
///
/// Dropping this future does not stop the library; ending either stream does.
///
/// # Errors
///
/// Those of the streams, and a panic of the library.
async fn number_lines_async<R, W>(input: R, output: W) -> io::Result<usize>
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    // They remember the runtime they are made in, so they are made here.
    let input = BufReader::new(SyncIoBridge::new(input));
    let mut output = SyncIoBridge::new(output);
    let task = spawn_blocking(move || {
        // Unbuffered, each little write would block the thread on its own.
        let count = number_lines(input, BufWriter::new(&mut output))?;
        // Tells the reader on the other side that this was all.
        output.shutdown()?;
        Ok(count)
    });
    task.await.map_err(io::Error::other)?
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (mut writer, input) = tokio::io::duplex(8);
    let (output, mut reader) = tokio::io::duplex(8);
    let numbering = tokio::spawn(number_lines_async(input, output));
    // The buffers are small: all three have to go on at once.
    let send = async {
        writer.write_all(b"first\nsecond\nthird\n").await?;
        writer.shutdown().await
    };
    let mut text = String::new();
    tokio::try_join!(send, reader.read_to_string(&mut text))?;
    print!("{text}");
    println!("{} lines", numbering.await??);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::io::InspectWriter;

    #[tokio::test]
    async fn an_error_of_the_stream_reaches_the_caller() {
        let input = tokio_test::io::Builder::new()
            .read(b"one\n")
            .read_error(io::ErrorKind::ConnectionReset.into())
            .build();
        let error = number_lines_async(input, tokio::io::sink())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn small_writes_are_gathered() {
        let (writes, written) = std::sync::mpsc::channel();
        let output = InspectWriter::new(tokio::io::sink(), move |bytes: &[u8]| {
            let _ = writes.send(bytes.len());
        });
        let count = number_lines_async(&b"one\ntwo\n"[..], output).await;
        assert_eq!(count.unwrap(), 2);
        assert!(written.try_iter().eq([b"1: one\n2: two\n".len()]));
    }

    #[tokio::test]
    async fn an_empty_input_is_no_line() {
        let count = number_lines_async(tokio::io::empty(), tokio::io::sink()).await;
        assert_eq!(count.unwrap(), 0);
    }
}
