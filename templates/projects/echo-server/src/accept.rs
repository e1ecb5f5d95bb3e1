//! Accepting that outlives every error.

use std::io;
use std::time::Duration;

use tokio::time::sleep;
use tracing::{debug, error};

/// The first pause after an error; each further one is twice as long.
const MIN_BACKOFF: Duration = Duration::from_millis(5);

/// The longest pause.
const MAX_BACKOFF: Duration = Duration::from_secs(1);

/// Calls `accept` until it brings a connection.
///
/// It has no error to return, because none should end a server: a connection that broke before it
/// was accepted concerns nobody else, and a lack of file descriptors or memory passes when other
/// connections end. The latter needs the pause: the waiting connection makes `accept` fail
/// again at once, and the loop would take a whole core.
///
/// Cancel safe if `accept` is.
pub(crate) async fn accept_next<T, F>(mut accept: impl FnMut() -> F) -> T
where
    F: Future<Output = io::Result<T>>,
{
    let mut backoff = MIN_BACKOFF;
    loop {
        match accept().await {
            Ok(connection) => return connection,
            Err(error) if concerns_one_connection(&error) => {
                debug!(%error, "a connection broke before it was accepted");
            }
            Err(error) => {
                error!(%error, ?backoff, "cannot accept connections");
                sleep(backoff).await;
                backoff = (backoff * 2).min(MAX_BACKOFF);
            }
        }
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use tokio::time::Instant;

    use super::*;

    /// How long `accept_next` takes to come through that many errors.
    async fn pause(errors: u32, kind: io::ErrorKind) -> Duration {
        let start = Instant::now();
        let mut left = errors;
        let accepted = accept_next(|| {
            if left == 0 {
                return ready(Ok("connection"));
            }
            left -= 1;
            ready(Err(io::Error::from(kind)))
        });
        assert_eq!(accepted.await, "connection");
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_broken_connection_costs_no_time() {
        assert_eq!(
            pause(100, io::ErrorKind::ConnectionAborted).await,
            Duration::ZERO
        );
        assert_eq!(
            pause(100, io::ErrorKind::ConnectionReset).await,
            Duration::ZERO
        );
    }

    #[tokio::test(start_paused = true)]
    async fn other_errors_pause_twice_as_long_each_time() {
        let kind = io::ErrorKind::OutOfMemory;
        assert_eq!(pause(1, kind).await, Duration::from_millis(5));
        assert_eq!(pause(3, kind).await, Duration::from_millis(5 + 10 + 20));
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_is_never_longer_than_a_second() {
        let kind = io::ErrorKind::OutOfMemory;
        // 5, 10, ..., 640 ms make 1,275 ms; then each is a second.
        assert_eq!(pause(8, kind).await, Duration::from_millis(1_275));
        assert_eq!(pause(11, kind).await, Duration::from_millis(4_275));
    }
}
