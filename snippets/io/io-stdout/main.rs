//! Write to stdout and stderr from async code, and lose nothing at the end.
//!
//! Use it when a program writes much, or its reader may be slow or gone: a filter, a log, a table
//! for a pipe. For a few lines `println!` is right, in async code too.
//!
//! Prevents: the last lines that are lost because nobody flushed, a write per line, and a panic of
//! `println!` when the reader has gone.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter, stderr, stdout};

/// Writes the lines, as few writes as possible; it is all written when this returns.
///
/// # Errors
///
/// Those of writing; a reader that has gone is none.
async fn write_lines<W>(out: W, lines: impl IntoIterator<Item = String>) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut out = BufWriter::new(out);
    let written = async {
        for line in lines {
            out.write_all(line.as_bytes()).await?;
            out.write_all(b"\n").await?;
        }
        // A `BufWriter` that is dropped loses its rest, and a `Stdout`, which writes in the
        // background, its last error; before Tokio 1.54 perhaps its last text, too.
        out.flush().await
    };
    match written.await {
        // `head` has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    write_lines(stdout(), (1..=3).map(|n| format!("row {n}"))).await?;
    // What is no data goes to stderr, so that a pipe gets the data alone.
    write_lines(stderr(), ["3 rows written".to_owned()]).await
}

#[cfg(test)]
mod tests {
    use tokio_test::io::Builder;

    use super::*;

    #[tokio::test]
    async fn many_lines_are_one_write() {
        let out = Builder::new().write(b"a\nb\nc\n").build();
        let lines = ["a", "b", "c"].map(str::to_owned);
        write_lines(out, lines).await.unwrap();
    }

    #[tokio::test]
    async fn a_reader_that_has_gone_is_a_normal_end() {
        let out = Builder::new()
            .write_error(io::ErrorKind::BrokenPipe.into())
            .build();
        write_lines(out, ["a".to_owned()]).await.unwrap();
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error() {
        let out = Builder::new()
            .write_error(io::ErrorKind::StorageFull.into())
            .build();
        let error = write_lines(out, ["a".to_owned()]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
