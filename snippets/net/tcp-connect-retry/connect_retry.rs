//! Connecting with a time limit, to every address of a name, and again later.
//!
//! Use it when a client starts before its server, or must come back after the server's restart.
//! Each address has its own time limit, so that a dead first one does not use up everything.
//!
//! Prevents: minutes of waiting for an address that answers nothing, since the operating system
//! decides how long that takes; clients that give up at once or knock without a pause.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::{net::SocketAddr, time::Duration};
use tokio::net::{TcpStream, ToSocketAddrs, lookup_host};
use tokio::time::{sleep, timeout};

/// How long one address may take to answer, and the look-up of a name, too.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Rounds in all, the first one included; each tries every address.
pub const MAX_ROUNDS: u32 = 5;
/// Pause after the first round; it doubles with each further one.
pub const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The pause stops growing here.
pub const MAX_PAUSE: Duration = Duration::from_secs(5);

/// Connects to the first address of `server` that answers.
///
/// Cancel safe: dropping it gives up the attempt under way. A look-up, though, holds its thread of
/// the blocking pool until the resolver answers, and the end of the runtime waits for that without
/// a limit: see `Runtime::shutdown_timeout`.
///
/// # Errors
///
/// The latest error after [`MAX_ROUNDS`] rounds; at once one that no pause can mend, such as a
/// server name that has no port.
pub async fn connect(server: impl ToSocketAddrs + Clone) -> io::Result<TcpStream> {
    retry(|| {
        let server = server.clone();
        // Looked up in each round: the server may have moved.
        async { first_of(limited(lookup_host(server)).await?, TcpStream::connect).await }
    })
    .await
}

/// Tries one address after the other; gives the error of the last one.
async fn first_of<T, F>(
    addresses: impl Iterator<Item = SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut result = Err(io::Error::new(ErrorKind::NotFound, "no address"));
    for address in addresses {
        result = limited(connect(address)).await;
        if result.is_ok() {
            break;
        }
    }
    result
}

async fn limited<T>(operation: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let result = timeout(CONNECT_TIMEOUT, operation).await;
    result.unwrap_or_else(|_elapsed| Err(ErrorKind::TimedOut.into()))
}

/// Calls `round` until it succeeds, fails for good, or has failed [`MAX_ROUNDS`] times.
///
/// A thousand clients that lost the same server need jitter, too: see `retry-backoff`.
///
/// # Errors
///
/// The latest one.
pub async fn retry<T, F>(mut round: impl FnMut() -> F) -> io::Result<T>
where
    F: Future<Output = io::Result<T>>,
{
    let mut pause = FIRST_PAUSE;
    for _ in 1..MAX_ROUNDS {
        match round().await {
            Err(error) if may_pass(&error) => sleep(pause).await,
            result => return result,
        }
        pause = pause.saturating_mul(2).min(MAX_PAUSE);
    }
    round().await
}

fn may_pass(error: &io::Error) -> bool {
    let kind = error.kind();
    !matches!(kind, ErrorKind::InvalidInput | ErrorKind::PermissionDenied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::future::pending;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    /// Runs `retry` over rounds that end as the script says, the last entry for ever.
    async fn rounds(script: &[Result<(), ErrorKind>]) -> (Vec<u128>, Result<(), ErrorKind>) {
        let start = Instant::now();
        let mut times = Vec::new();
        let result = retry(|| {
            let result = script[times.len().min(script.len() - 1)];
            times.push(start.elapsed().as_millis());
            async move { result.map_err(io::Error::from) }
        })
        .await;
        (times, result.map_err(|error| error.kind()))
    }

    /// When the rounds begin, in milliseconds, if each fails.
    fn starts(rounds: u32) -> Vec<u128> {
        let (mut at, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        let mut starts = vec![0];
        for _ in 1..rounds {
            at += pause;
            pause = (2 * pause).min(MAX_PAUSE);
            starts.push(at.as_millis());
        }
        starts
    }

    const REFUSED: Result<(), ErrorKind> = Err(ErrorKind::ConnectionRefused);

    #[tokio::test(start_paused = true)]
    async fn refused_until_the_server_is_there() {
        for tries in 1..=MAX_ROUNDS.min(3) {
            let mut script = vec![REFUSED; tries as usize - 1];
            script.push(Ok(()));
            assert_eq!(rounds(&script).await, (starts(tries), Ok(())));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_after_the_last_round_without_another_pause() {
        let start = Instant::now();
        let expected = starts(MAX_ROUNDS);
        let last = expected[expected.len() - 1];
        assert_eq!(rounds(&[REFUSED]).await, (expected, REFUSED));
        assert_eq!(start.elapsed().as_millis(), last);
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_that_does_not_pass_ends_it_at_once() {
        for kind in [ErrorKind::InvalidInput, ErrorKind::PermissionDenied] {
            assert_eq!(rounds(&[Err(kind)]).await, (vec![0], Err(kind)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_address_has_its_own_limit() {
        let start = Instant::now();
        let addresses = [1, 2, 3, 4].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let tried = RefCell::new(Vec::new());
        let result = first_of(addresses.into_iter(), async |address| {
            tried.borrow_mut().push(address.port());
            match address.port() {
                1 => pending().await,
                2 => Err(ErrorKind::ConnectionRefused.into()),
                port => Ok(port),
            }
        })
        .await;
        assert_eq!(result.expect("the third one answers"), 3);
        assert_eq!(tried.into_inner(), [1, 2, 3]);
        assert_eq!(start.elapsed(), CONNECT_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_limit_that_ran_out_and_no_address_are_errors() {
        let error = limited(pending::<io::Result<()>>())
            .await
            .expect_err("hangs");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        let none = first_of([].into_iter(), TcpStream::connect).await;
        assert_eq!(none.expect_err("none").kind(), ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn connects_to_a_real_listener_and_refuses_a_name_without_port() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        assert_eq!(connect(address).await?.peer_addr()?, address);
        let error = connect("localhost").await.expect_err("no port");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        Ok(())
    }
}
