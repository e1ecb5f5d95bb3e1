//! An async library that leaves the runtime to its users.
//!
//! Use it when you write a crate for others: take any `AsyncRead + AsyncWrite` instead of opening a
//! socket, and hand out the background work as a future instead of spawning it. Then it needs
//!
//! ```toml
//! [dependencies] # what the code names
//! tokio = { version = "1", features = ["io-util", "sync"] }
//!
//! [dev-dependencies] # a runtime, for tests and examples alone
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! Prevents: a hidden runtime, which panics inside the user's own, tasks that nobody can stop, and
//! features that every user has to pay for.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::{fmt, io};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::sync::{mpsc, oneshot};

// They stand in the public interface.
pub use tokio::io::{AsyncRead, AsyncWrite};

/// The longest answer in bytes, with its line end.
const MAX_LINE: u64 = 8 * 1024;

/// Asks questions. Clones share the connection.
#[derive(Clone, Debug)]
pub struct Client {
    questions: mpsc::Sender<Question>,
}

/// Carries questions and answers, while somebody drives [`run`](Connection::run).
#[must_use = "no question is answered unless the connection is run"]
#[derive(Debug)]
pub struct Connection<S> {
    stream: BufStream<S>,
    questions: mpsc::Receiver<Question>,
}

/// The connection has ended; its `run` returned the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Closed;

#[derive(Debug)]
struct Question {
    line: String,
    answer: oneshot::Sender<String>,
}

/// Speaks the line protocol over `stream`. Starts nothing.
pub fn connect<S: AsyncRead + AsyncWrite>(stream: S) -> (Client, Connection<S>) {
    let (sender, questions) = mpsc::channel(16);
    let stream = BufStream::new(stream);
    let client = Client { questions: sender };
    (client, Connection { stream, questions })
}

impl Client {
    /// Sends one line and returns the peer's. Dropped early, the question may still be sent.
    /// Line ends in it become spaces: two lines would have two answers.
    ///
    /// # Errors
    ///
    /// [`Closed`] when the connection has ended or is not run any more.
    pub async fn ask(&self, question: &str) -> Result<String, Closed> {
        let line = format!("{}\n", question.replace('\n', " "));
        let (answer, mut answered) = oneshot::channel();
        let question = Question { line, answer };
        self.questions.send(question).await.map_err(|_| Closed)?;
        let mut closed = pin!(self.questions.closed());
        // `select!` by hand, as that needs `macros`.
        poll_fn(|context| {
            if let Poll::Ready(answer) = Pin::new(&mut answered).poll(context) {
                return Poll::Ready(answer.map_err(|_| Closed));
            }
            // What is sent at the very end may stay in the channel as long as clients do.
            ready!(closed.as_mut().poll(context));
            Poll::Ready(answered.try_recv().map_err(|_| Closed))
        })
        .await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Works until every [`Client`] is gone. Not cancel safe: dropping it ends the connection.
    ///
    /// # Errors
    ///
    /// Those of the stream; `UnexpectedEof` when the peer leaves a question unanswered, `InvalidData`
    /// when its answer is too long or not UTF-8.
    pub async fn run(mut self) -> io::Result<()> {
        while let Some(question) = self.questions.recv().await {
            self.stream.write_all(question.line.as_bytes()).await?;
            self.stream.flush().await?;
            let mut line = String::new();
            let mut input = (&mut self.stream).take(MAX_LINE);
            input.read_line(&mut line).await?;
            if line.pop() != Some('\n') {
                return Err(match input.limit() {
                    0 => io::ErrorKind::InvalidData.into(),
                    _ => io::ErrorKind::UnexpectedEof.into(),
                });
            }
            // The one who asked may be gone.
            let _ = question.answer.send(line);
        }
        self.stream.shutdown().await
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection has ended")
    }
}

impl Error for Closed {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};
    use std::thread::{self, Thread};
    use tokio::io::{BufReader, duplex};

    async fn converse() {
        let (stream, peer) = duplex(4);
        let (client, connection) = connect(stream);
        let peer = async {
            let (input, mut output) = tokio::io::split(peer);
            let mut lines = BufReader::new(input).lines();
            while let Some(line) = lines.next_line().await? {
                let answer = format!("{}\n", line.to_uppercase());
                output.write_all(answer.as_bytes()).await?;
            }
            Ok::<_, io::Error>(())
        };
        let asking = async {
            assert_eq!(client.clone().ask("hello").await.as_deref(), Ok("HELLO"));
            assert_eq!(client.ask("").await.as_deref(), Ok(""));
            assert_eq!(client.ask("a\nb").await.as_deref(), Ok("A B"));
            drop(client);
        };
        let (run, peer, ()) = tokio::join!(connection.run(), peer, asking);
        assert!(run.is_ok() && peer.is_ok());
    }

    #[tokio::test]
    async fn a_question_that_is_left_over_is_closed() {
        let (stream, _peer) = duplex(64);
        let (client, mut connection) = connect(stream);
        let (asked, _question) = tokio::join!(client.ask("hello"), async {
            let question = connection.questions.recv().await;
            drop(connection);
            question
        });
        assert_eq!(asked, Err(Closed));
    }

    #[tokio::test]
    async fn works_on_one_thread() {
        converse().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn works_on_many_threads() {
        assert!(tokio::spawn(converse()).await.is_ok());
    }

    #[test]
    fn works_without_a_tokio_runtime() {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(converse());
        while future.as_mut().poll(&mut context) == Poll::Pending {
            thread::park();
        }
    }

    async fn answered_with(answer: &[u8]) -> (Result<String, Closed>, Option<io::ErrorKind>) {
        let (stream, mut peer) = duplex(64 * 1024);
        let (client, connection) = connect(stream);
        peer.write_all(answer).await.unwrap();
        peer.shutdown().await.unwrap();
        let asking = async move { client.ask("hello").await };
        let (asked, run) = tokio::join!(asking, connection.run());
        (asked, run.err().map(|error| error.kind()))
    }

    #[tokio::test]
    async fn a_bad_peer_ends_the_connection_with_its_reason() {
        let max = usize::try_from(MAX_LINE).unwrap();
        let longest = format!("{}\n", "x".repeat(max - 1));
        assert_eq!(answered_with(longest.as_bytes()).await.1, None);
        let too_long = format!("x{longest}");
        for (answer, reason) in [
            (&b""[..], io::ErrorKind::UnexpectedEof),
            (b"HEL", io::ErrorKind::UnexpectedEof),
            (b"\xff\n", io::ErrorKind::InvalidData),
            (too_long.as_bytes(), io::ErrorKind::InvalidData),
        ] {
            assert_eq!(answered_with(answer).await, (Err(Closed), Some(reason)));
        }
    }

    #[tokio::test]
    async fn without_its_connection_a_client_is_closed() {
        let (stream, _peer) = duplex(64);
        let (client, connection) = connect(stream);
        drop(connection);
        assert_eq!(client.ask("hello").await, Err(Closed));
    }
}
