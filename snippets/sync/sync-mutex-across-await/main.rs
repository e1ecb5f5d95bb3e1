//! An async mutex for a guard that has to live over an await.
//!
//! Use it when a whole exchange with something shared must not be interrupted by another task:
//! mostly a connection, where a question and its reply belong together. For plain data use
//! `std::sync::Mutex`; for heavy traffic give the connection to a task of its own.
//!
//! Prevents: a `std` guard held over an await, which does not compile in a spawned task and
//! deadlocks elsewhere; and a reply that goes to the wrong caller after a cancellation.

use std::error::Error;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (connection, peer) = duplex(64);
    tokio::spawn(square(peer));
    let client = Arc::new(Client::new(connection));

    let mut callers = JoinSet::new();
    for n in 1..=3 {
        let client = Arc::clone(&client);
        callers.spawn(async move { Ok::<_, io::Error>((n, client.ask(n).await?)) });
    }
    let mut replies = Vec::new();
    while let Some(reply) = callers.join_next().await {
        replies.push(reply??);
    }
    replies.sort_unstable();
    println!("{replies:?}");
    Ok(())
}

/// One connection for many callers, who take turns in the order in which they came.
struct Client<S> {
    connection: Mutex<Option<S>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    fn new(connection: S) -> Self {
        Self {
            connection: Mutex::new(Some(connection)),
        }
    }

    /// Asks one question and waits for its reply.
    ///
    /// # Errors
    ///
    /// Of reading and writing; `NotConnected` after an exchange that failed or was cancelled.
    async fn ask(&self, question: u32) -> io::Result<u64> {
        // Held until the end of the method, so nobody writes between our question and its reply.
        let mut slot = self.connection.lock().await;

        // This mutex does not get poisoned. Taken out and put back only after the whole exchange,
        // a connection with a reply still on its way is closed, not left to the next caller.
        let mut connection = slot.take().ok_or(io::ErrorKind::NotConnected)?;
        connection.write_u32(question).await?;
        connection.flush().await?;
        let reply = connection.read_u64().await?;
        *slot = Some(connection);
        Ok(reply)
    }
}

/// The other end: answers each number with its square.
async fn square(mut peer: DuplexStream) -> io::Result<()> {
    loop {
        let n = u64::from(peer.read_u32().await?);
        peer.write_u64(n * n).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn each_caller_gets_its_own_reply() {
        let (connection, peer) = duplex(3);
        tokio::spawn(square(peer));
        let client = Arc::new(Client::new(connection));
        let mut callers = JoinSet::new();
        for n in 0..50 {
            let client = Arc::clone(&client);
            callers
                .spawn(async move { client.ask(n).await.unwrap() == u64::from(n) * u64::from(n) });
        }
        assert!(callers.join_all().await.into_iter().all(|right| right));
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_exchange_closes_the_connection() {
        let (connection, mut peer) = duplex(64);
        let client = Client::new(connection);
        let cancelled = timeout(Duration::from_secs(1), client.ask(3)).await;
        assert!(cancelled.is_err());

        assert_eq!(peer.read_u32().await.unwrap(), 3);
        assert!(peer.write_u64(9).await.is_err());
        let next = client.ask(4).await.unwrap_err();
        assert_eq!(next.kind(), io::ErrorKind::NotConnected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_gives_up_in_the_queue_does_no_harm() {
        let (connection, mut peer) = duplex(64);
        let client = Client::new(connection);
        let (first, second, ()) = tokio::join!(
            biased;
            client.ask(3),
            timeout(Duration::from_secs(1), client.ask(4)),
            async {
                assert_eq!(peer.read_u32().await.unwrap(), 3);
                tokio::time::sleep(Duration::from_secs(2)).await;
                peer.write_u64(9).await.unwrap();
            }
        );
        assert_eq!(first.unwrap(), 9);
        assert!(second.is_err());
        assert!(client.connection.lock().await.is_some());
    }

    #[tokio::test]
    async fn a_failed_exchange_is_an_error_and_so_is_the_next() {
        let (connection, peer) = duplex(64);
        drop(peer);
        let client = Client::new(connection);
        assert!(client.ask(1).await.is_err());
        let next = client.ask(2).await.unwrap_err();
        assert_eq!(next.kind(), io::ErrorKind::NotConnected);
    }

    #[tokio::test]
    async fn a_panic_does_not_poison_tokio_mutexes() {
        let value = Arc::new(Mutex::new(1));
        let other = Arc::clone(&value);
        let panicked = tokio::spawn(async move {
            *other.lock().await = 2;
            let _guard = other.lock().await;
            panic!("with the guard");
        });
        assert!(panicked.await.unwrap_err().is_panic());
        assert_eq!(*value.lock().await, 2);
    }
}
