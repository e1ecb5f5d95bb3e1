//! A line protocol: text commands and answers, one a line, both with a limit.
//!
//! Use it when a peer sends text commands over a connection and waits for answers. `Framed` joins
//! the reading and the writing side; to read lines only, `FramedRead` does.
//!
//! Prevents: a peer without newlines that fills the memory, a bad peer that ends the server for
//! all, an answer with a newline in it that arrives as two.

use futures_util::{SinkExt, StreamExt};
use std::io;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};

/// The most bytes that a peer's line may have before its `\n`; a `\r` there counts too.
const MAX_LINE_LENGTH: usize = 8 * 1024;
/// The most bytes of an answer: longer than its line, so the client's limit is another.
const MAX_ANSWER_LENGTH: usize = "you said ".len() + MAX_LINE_LENGTH;

fn framed<S: AsyncRead + AsyncWrite>(stream: S, max_length: usize) -> Framed<S, LinesCodec> {
    Framed::new(stream, LinesCodec::new_with_max_length(max_length))
}

/// Answers every line until the peer has no more, and returns how many it answered.
///
/// # Errors
///
/// A line that is too long or not UTF-8 ends the connection: what follows cannot be trusted.
async fn session(stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<usize, LinesCodecError> {
    let mut lines = framed(stream, MAX_LINE_LENGTH);
    let mut answered = 0;
    while let Some(line) = lines.next().await {
        // `send` flushes; a peer that does not read its answers is not read from either.
        lines.send(answer(&line?)).await?;
        answered += 1;
    }
    Ok(answered)
}

/// One line: the codec writes a `\n` after the text and looks for none within.
fn answer(line: &str) -> String {
    format!("you said {}", line.replace(['\r', '\n'], " "))
}

/// Sends one line and waits for its answer; `None` when the server has closed the connection.
async fn ask(
    lines: &mut Framed<TcpStream, LinesCodec>,
    line: &str,
) -> Result<Option<String>, LinesCodecError> {
    lines.send(line).await?;
    lines.next().await.transpose()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), LinesCodecError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // How to accept for ever, with limits, is `tcp-server-limits`.
    let server = tokio::spawn(async move {
        for _ in 0..2 {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(async move {
                if let Err(error) = session(stream).await {
                    eprintln!("session: {error}");
                }
            });
        }
        Ok::<_, io::Error>(())
    });

    let mut good = framed(TcpStream::connect(address).await?, MAX_ANSWER_LENGTH);
    let mut bad = framed(TcpStream::connect(address).await?, MAX_ANSWER_LENGTH);
    println!("{:?}", ask(&mut good, "hello").await?);
    // An error or an end, depending on how much of the line was read when the server closed.
    let refused = ask(&mut bad, &"x".repeat(MAX_LINE_LENGTH + 1)).await;
    println!("too long: answered {}", matches!(refused, Ok(Some(_))));
    println!("{:?}", ask(&mut good, "still here").await?);
    println!("{:?}", ask(&mut good, "bye").await?);
    server.await.map_err(io::Error::from)??;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    async fn talk(input: &[u8]) -> (String, Result<usize, LinesCodecError>) {
        let (mut peer, server) = duplex(3);
        let mut output = String::new();
        let client = async {
            let (mut reader, mut writer) = tokio::io::split(&mut peer);
            let (written, read) = tokio::join!(
                async {
                    // Fails when the session has ended before it had read everything.
                    let _ = writer.write_all(input).await;
                    let _ = writer.shutdown().await;
                },
                reader.read_to_string(&mut output)
            );
            let () = written;
            read.expect("answers are UTF-8");
        };
        let ((), result) = tokio::join!(client, session(server));
        (output, result)
    }

    #[tokio::test]
    async fn every_line_is_answered_the_last_one_without_a_newline_too() {
        let (output, result) = talk("a\r\n\ngrüße".as_bytes()).await;
        assert_eq!(output, "you said a\nyou said \nyou said grüße\n");
        assert_eq!(result.expect("no error"), 3);
    }

    #[tokio::test]
    async fn nothing_said_nothing_answered() {
        let (output, result) = talk(b"").await;
        assert_eq!(output, "");
        assert_eq!(result.expect("no error"), 0);
    }

    #[tokio::test]
    async fn a_line_of_the_greatest_length_is_answered_a_longer_one_ends_the_session() {
        let longest = "x".repeat(MAX_LINE_LENGTH);
        let (output, result) = talk(format!("{longest}\n{longest}x\nnext\n").as_bytes()).await;
        assert_eq!(output, format!("you said {longest}\n"));
        assert!(matches!(
            result,
            Err(LinesCodecError::MaxLineLengthExceeded)
        ));
    }

    #[tokio::test]
    async fn the_answer_to_the_longest_line_is_not_too_long() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { session(listener.accept().await?.0).await });
        let mut lines = framed(
            TcpStream::connect(address).await.unwrap(),
            MAX_ANSWER_LENGTH,
        );
        let answer = ask(&mut lines, &"x".repeat(MAX_LINE_LENGTH)).await;
        assert_eq!(
            answer.unwrap().map(|line| line.len()),
            Some(MAX_ANSWER_LENGTH)
        );
    }

    #[tokio::test]
    async fn bytes_that_are_not_utf8_end_the_session() {
        let (output, result) = talk(b"a\n\xff\nb\n").await;
        assert_eq!(output, "you said a\n");
        assert!(matches!(result, Err(LinesCodecError::Io(_))));
    }

    #[test]
    fn an_answer_is_one_line() {
        assert_eq!(answer("a\nb\r"), "you said a b ");
    }
}
