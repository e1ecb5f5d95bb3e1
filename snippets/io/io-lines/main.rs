//! Lines from any reader, with a limit on their length for strangers.
//!
//! Use it when a file, a pipe or a connection carries text, one record a line.
//!
//! Prevents: one client that never sends a newline filling the memory, and a line that is cut
//! where a read happened to end.

use std::io;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio_stream::StreamExt;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// The most bytes that a stranger's line may have before its `\n`; a `\r` there counts too.
const MAX_LINE_LENGTH: usize = 8 * 1024;

/// Reads all lines of an input that you trust: a line may be as long as the memory allows.
async fn trusted(input: impl AsyncRead + Unpin, mut handle: impl FnMut(String)) -> io::Result<()> {
    let mut lines = BufReader::new(input).lines();
    while let Some(line) = lines.next_line().await? {
        handle(line);
    }
    Ok(())
}

/// Reads lines until the end of the input or an error: a line too long, or one that is not UTF-8.
async fn limited(
    input: impl AsyncRead + Unpin,
    mut handle: impl FnMut(String),
) -> Result<(), LinesCodecError> {
    let codec = LinesCodec::new_with_max_length(MAX_LINE_LENGTH);
    let mut lines = FramedRead::new(input, codec);
    while let Some(line) = lines.next().await {
        handle(line?);
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    // Bytes in memory stand for a file or a socket; the last line needs no newline.
    trusted("one\r\ntwo".as_bytes(), |line| println!("trusted: {line}")).await?;

    let input = format!("short\n{}\n", "x".repeat(MAX_LINE_LENGTH + 1));
    if let Err(error) = limited(input.as_bytes(), |line| println!("limited: {line}")).await {
        println!("limited: {error}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncWriteExt, duplex};

    async fn limited_lines(input: &[u8]) -> (Vec<String>, Result<(), LinesCodecError>) {
        let mut lines = Vec::new();
        let result = limited(input, |line| lines.push(line)).await;
        (lines, result)
    }

    #[tokio::test]
    async fn lines_lose_their_ends_only() -> io::Result<()> {
        for input in ["a\n b \n\nc\n", "a\r\n b \r\n\r\nc", "a\n b \n\nc"] {
            let mut lines = Vec::new();
            trusted(input.as_bytes(), |line| lines.push(line)).await?;
            assert_eq!(lines, ["a", " b ", "", "c"]);
            let (lines, result) = limited_lines(input.as_bytes()).await;
            assert!(result.is_ok());
            assert_eq!(lines, ["a", " b ", "", "c"]);
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_empty_input_has_no_line() {
        trusted(tokio::io::empty(), |_| panic!("a line"))
            .await
            .expect("no error");
        limited(tokio::io::empty(), |_| panic!("a line"))
            .await
            .expect("no error");
    }

    #[tokio::test]
    async fn a_line_of_the_greatest_length_passes() {
        let line = "x".repeat(MAX_LINE_LENGTH);
        let (lines, result) = limited_lines(format!("{line}\n").as_bytes()).await;
        assert!(result.is_ok());
        assert_eq!(lines, [line]);
    }

    #[tokio::test]
    async fn a_longer_line_is_an_error_with_and_without_its_newline() {
        let longer = "x".repeat(MAX_LINE_LENGTH + 1);
        let with_return = format!("{}\r", &longer[1..]);
        for line in [
            longer.clone(),
            format!("{longer}\n"),
            format!("{longer}\nnext\n"),
            format!("{with_return}\n"),
        ] {
            let input = format!("first\n{line}");
            let (lines, result) = limited_lines(input.as_bytes()).await;
            assert!(matches!(
                result,
                Err(LinesCodecError::MaxLineLengthExceeded)
            ));
            assert_eq!(lines, ["first"]);
        }
    }

    #[tokio::test]
    async fn bytes_that_are_not_utf8_are_an_error() {
        let (lines, result) = limited_lines(b"ok\n\xff\n").await;
        assert!(matches!(result, Err(LinesCodecError::Io(_))));
        assert_eq!(lines, ["ok"]);
        let error = trusted(&b"\xff\n"[..], |_| panic!("a line"))
            .await
            .expect_err("not UTF-8");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn lines_that_arrive_in_pieces_are_whole() -> io::Result<()> {
        let (mut client, server) = duplex(3);
        let mut lines = Vec::new();
        let write = async move { client.write_all("grüße\nund mehr\n".as_bytes()).await };
        let (written, result) = tokio::join!(write, limited(server, |line| lines.push(line)));
        written?;
        result.expect("no error");
        assert_eq!(lines, ["grüße", "und mehr"]);
        Ok(())
    }
}
