//! What each read and write call does, and the four that do what you mean.
//!
//! Use it when you read or write bytes yourself: a file, a pipe, a connection. `read` and `write`
//! move as many bytes as is convenient at the moment; a protocol needs calls that finish the job.
//!
//! Prevents: one `read` taken for one message, a `write` whose rest is never sent, a request that
//! stays in a buffer while both sides wait, a stranger who fills the memory.

use std::io::{self, ErrorKind};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter, duplex};

/// The most bytes that are taken from an input that ends when it likes.
const MAX_LENGTH: u64 = 64 * 1024;

/// Writes a record of at most 255 bytes, with its length before it.
///
/// Not cancel safe: after a timeout the stream is somewhere inside a record
/// (`select-cancel-safety`).
async fn write_record(output: &mut (impl AsyncWrite + Unpin), record: &[u8]) -> io::Result<()> {
    let length = u8::try_from(record.len())
        .map_err(|_| io::Error::new(ErrorKind::InvalidInput, "the record is too long"))?;
    output.write_u8(length).await?;
    // `write` may take a part only, and says so in a number that is easily forgotten.
    output.write_all(record).await
}

/// Reads a record; `None` at the end of the input, an error if that comes inside a record. Not
/// cancel safe either.
async fn read_record(input: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0];
    // `read` into a buffer with room gives 0 bytes at the end only; `read_u8` would give an error.
    if input.read(&mut length).await? == 0 {
        return Ok(None);
    }
    let mut record = vec![0; usize::from(length[0])];
    input.read_exact(&mut record).await?;
    Ok(Some(record))
}

/// Reads up to the end of the input, which may not hold more than [`MAX_LENGTH`] bytes.
async fn read_rest(input: impl AsyncRead + Unpin) -> io::Result<Vec<u8>> {
    let mut rest = Vec::new();
    // One byte more than is allowed tells "just fits" from "too long".
    let length = input.take(MAX_LENGTH + 1).read_to_end(&mut rest).await?;
    if length as u64 > MAX_LENGTH {
        return Err(io::Error::new(ErrorKind::InvalidData, "too much input"));
    }
    Ok(rest)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    // Any reader and writer will do: a `TcpStream`, a `File`, a child's pipes.
    let (client, mut server) = duplex(64);
    // A buffer makes one big write of many small ones.
    let mut client = BufWriter::new(client);

    write_record(&mut client, b"hello").await?;
    // Before this the server has seen nothing.
    client.flush().await?;
    let record = read_record(&mut server).await?.unwrap_or_default();
    println!("record: {}", String::from_utf8_lossy(&record));

    client.write_all(b"more than fits").await?;
    client.flush().await?;
    let mut buffer = [0; 4];
    let length = server.read(&mut buffer).await?;
    println!("read: {length} bytes of 14");

    // Flushes too, and says that no more will come; the other direction stays open.
    client.shutdown().await?;
    let rest = read_rest(&mut server).await?;
    println!("up to the end: {:?}", String::from_utf8_lossy(&rest));
    println!("after the end: read {}", server.read(&mut buffer).await?);
    if let Err(error) = server.read_exact(&mut buffer).await {
        println!("after the end: read_exact {:?}", error.kind());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{empty, repeat};

    #[tokio::test]
    async fn records_come_back_one_by_one() -> io::Result<()> {
        // One byte at a time: every call sees parts only.
        let (mut client, mut server) = duplex(1);
        let write = async move {
            for record in [&b"one"[..], b"", &[7; 255]] {
                write_record(&mut client, record).await?;
            }
            io::Result::Ok(())
        };
        let read = async move {
            let mut records = Vec::new();
            while let Some(record) = read_record(&mut server).await? {
                records.push(record);
            }
            Ok(records)
        };
        let ((), records) = tokio::try_join!(write, read)?;
        assert_eq!(records, [b"one".to_vec(), Vec::new(), vec![7; 255]]);
        Ok(())
    }

    #[tokio::test]
    async fn an_end_between_records_is_clean_and_inside_one_is_an_error() -> io::Result<()> {
        assert_eq!(read_record(&mut empty()).await?, None);
        for cut in [&b"\x03"[..], b"\x03ab"] {
            let error = read_record(&mut &cut[..]).await.expect_err("cut off");
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_record_that_is_too_long_is_refused_before_anything_is_written() {
        let mut output = Vec::new();
        let error = write_record(&mut output, &[0; 256]).await.expect_err("256");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(output.is_empty());
    }

    #[tokio::test]
    async fn the_limit_itself_passes_and_one_byte_more_does_not() -> io::Result<()> {
        assert!(read_rest(empty()).await?.is_empty());
        let rest = read_rest(repeat(1).take(MAX_LENGTH)).await?;
        assert_eq!(rest.len() as u64, MAX_LENGTH);
        let error = read_rest(repeat(1)).await.expect_err("endless");
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        Ok(())
    }

    #[tokio::test]
    async fn a_buffered_write_is_seen_after_the_flush_only() -> io::Result<()> {
        let mut writer = BufWriter::new(Vec::new());
        write_record(&mut writer, b"x").await?;
        assert!(writer.get_ref().is_empty());
        assert_eq!(writer.buffer(), b"\x01x");
        writer.flush().await?;
        assert_eq!(writer.get_ref(), b"\x01x");
        Ok(())
    }
}
