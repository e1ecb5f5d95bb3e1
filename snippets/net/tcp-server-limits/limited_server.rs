//! An accept loop with limits: connections, time for each, a rest after errors.
//!
//! Use it when strangers may connect. It takes a place before it accepts, so that those over the
//! limit wait in the kernel's backlog and cost no file descriptor.
//!
//! Prevents: an accept loop that dies of an error or spins on "too many open files", memory and
//! descriptors without limit, connections that stay for ever.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::{net::Listener, sync::CancellationToken, task::TaskTracker};

/// Connections that are served at the same time.
pub const MAX_CONNECTIONS: usize = 1_024;
/// The most time that a connection may take, from its accept on.
pub const MAX_TIME: Duration = Duration::from_secs(60);
/// Rest after an accept error; it doubles with each further one in a row.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The rest stops growing here.
pub const MAX_PAUSE: Duration = Duration::from_secs(64);

/// What the server grants.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// See [`MAX_CONNECTIONS`].
    pub max_connections: usize,
    /// See [`MAX_TIME`]. For a limit on silence alone, give each read a timeout in the handler.
    pub max_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: MAX_CONNECTIONS,
            max_time: MAX_TIME,
        }
    }
}

/// Serves each connection in a task of its own until `stop` is cancelled, then waits for those
/// under way, which `max_time` limits. Accept errors go to `report`, and the loop goes on.
///
/// If it is dropped, it accepts no more, and the connections under way run to their end.
///
/// # Panics
///
/// If `max_connections` is greater than [`Semaphore::MAX_PERMITS`], or without a timer.
pub async fn serve<L, F>(
    mut listener: L,
    limits: Limits,
    stop: CancellationToken,
    handle: impl Fn(L::Io, L::Addr) -> F,
    report: impl Fn(&io::Error),
) where
    L: Listener,
    F: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits.max_connections));
    let connections = TaskTracker::new();
    loop {
        let next = stop.run_until_cancelled(async {
            // First the place, then the connection.
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((place, accept(&mut listener, &report).await))
        });
        let Some(Some((place, (socket, peer)))) = next.await else {
            break;
        };
        let connection = handle(socket, peer);
        connections.spawn(async move {
            // Moved into the task, so that it is given back however the task ends.
            let _place = place;
            let _ = timeout(limits.max_time, connection).await;
        });
    }
    // Whoever still connects is refused, not left waiting.
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Accepts until it succeeds.
async fn accept<L: Listener>(listener: &mut L, report: impl Fn(&io::Error)) -> (L::Io, L::Addr) {
    let mut pause = FIRST_PAUSE;
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            // That peer has gone already; the next one has done nothing wrong.
            Err(error) if is_of_one_peer(&error) => report(&error),
            Err(error) => {
                report(&error);
                sleep(pause).await;
                pause = pause.saturating_mul(2).min(MAX_PAUSE);
            }
        }
    }
}

fn is_of_one_peer(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::future::pending;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::task::{Context, Poll};
    use tokio::io::{DuplexStream, duplex};
    use tokio::sync::mpsc;
    use tokio::time::Instant;

    /// Gives its script's results one by one, then nothing more.
    struct Script(VecDeque<io::Result<DuplexStream>>);

    impl Script {
        fn new(script: impl IntoIterator<Item = Option<ErrorKind>>) -> Self {
            let result =
                |error: Option<ErrorKind>| error.map_or(Ok(duplex(1).0), |e| Err(e.into()));
            Self(script.into_iter().map(result).collect())
        }
    }

    impl Listener for Script {
        type Io = DuplexStream;
        type Addr = ();

        fn poll_accept(&mut self, _: &mut Context<'_>) -> Poll<io::Result<(DuplexStream, ())>> {
            match self.0.pop_front() {
                Some(result) => Poll::Ready(result.map(|stream| (stream, ()))),
                None => Poll::Pending,
            }
        }

        fn local_addr(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn limits(max_connections: usize, seconds: u64) -> Limits {
        Limits {
            max_connections,
            max_time: Duration::from_secs(seconds),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn accept_errors_are_reported_and_retried_after_growing_pauses() {
        let start = Instant::now();
        let seconds = Mutex::new(Vec::new());
        let report = |_: &io::Error| {
            let elapsed = start.elapsed().as_secs();
            seconds.lock().expect("no panic").push(elapsed);
        };
        let mut listener = Script::new([ErrorKind::Other; 9].map(Some).into_iter().chain([None]));
        accept(&mut listener, report).await;
        let expected = [0, 1, 3, 7, 15, 31, 63, 127, 191];
        assert_eq!(*seconds.lock().expect("no panic"), expected);
        assert_eq!(start.elapsed(), Duration::from_secs(255));
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_resets_the_pause_and_a_peer_that_went_away_needs_none() {
        let start = Instant::now();
        let other = Some(ErrorKind::Other);
        let mut listener = Script::new([other, other, None, other, None]);
        accept(&mut listener, |_| ()).await;
        accept(&mut listener, |_| ()).await;
        assert_eq!(start.elapsed(), Duration::from_secs(1 + 2 + 1));

        let start = Instant::now();
        let gone = Some(ErrorKind::ConnectionAborted);
        accept(&mut Script::new([gone, gone, None]), |_| ()).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn never_more_connections_than_places() {
        static OPEN: AtomicUsize = AtomicUsize::new(0);
        static PEAK: AtomicUsize = AtomicUsize::new(0);
        let start = Instant::now();
        let stop = CancellationToken::new();
        let (done, mut all) = mpsc::unbounded_channel();
        let handle = |_, ()| {
            let done = done.clone();
            async move {
                PEAK.fetch_max(OPEN.fetch_add(1, Relaxed) + 1, Relaxed);
                sleep(Duration::from_secs(1)).await;
                OPEN.fetch_sub(1, Relaxed);
                let _ = done.send(());
            }
        };
        let end = async {
            for _ in 0..20 {
                all.recv().await.expect("a connection");
            }
            stop.cancel();
        };
        let listener = Script::new([None; 20]);
        let server = serve(listener, limits(3, 60), stop.clone(), handle, |_| ());
        tokio::join!(server, end);
        assert_eq!(PEAK.load(Relaxed), 3);
        assert_eq!(start.elapsed(), Duration::from_secs(7), "20 by threes");
    }

    #[tokio::test(start_paused = true)]
    async fn time_is_limited_and_a_panic_gives_the_place_back() {
        let start = Instant::now();
        let stop = CancellationToken::new();
        let calls = AtomicUsize::new(0);
        let handle = |_, ()| {
            let call = calls.fetch_add(1, Relaxed);
            let stop = stop.clone();
            async move {
                match call {
                    0 => panic!("a defect of the handler"),
                    1 => pending().await,
                    _ => stop.cancel(),
                }
            }
        };
        let listener = Script::new([None; 3]);
        serve(listener, limits(1, 5), stop.clone(), handle, |_| ()).await;
        assert_eq!(calls.load(Relaxed), 3);
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn stopping_waits_for_what_is_under_way_and_accepts_no_more() {
        let start = Instant::now();
        let stop = CancellationToken::new();
        let handle = |_, ()| {
            stop.cancel();
            sleep(Duration::from_secs(3))
        };
        let listener = Script::new([None; 3]);
        serve(listener, limits(2, 5), stop.clone(), handle, |_| ()).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }
}
