//! The server: who is let in, and how it stops.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, debug_span, info};

use crate::accept::accept_next;
use crate::config::Config;
use crate::connection::{Ended, close, echo};
use crate::graceful_shutdown::Shutdown;

/// What a server did. Shown as its last line: `drained=2 aborted=0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Connections accepted in all.
    pub accepted: usize,
    /// The most connections that were open at once.
    pub peak: usize,
    /// Connections open at the stop that ended by themselves.
    pub drained: usize,
    /// Connections open at the stop that did not: aborted at the drain deadline, or panicked.
    pub aborted: usize,
}

impl Report {
    /// Whether every connection ended by itself.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.aborted == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "drained={} aborted={}", self.drained, self.aborted)
    }
}

/// Serves clients until `stop` is cancelled, then lets open connections end.
///
/// The listener is closed at the stop, before the drain: clients get a refusal at once instead of
/// waiting for a server that will not come back, and a successor may bind the address. No client
/// can make it fail.
///
/// If it is dropped before its end, open connections are told to stop, but nobody waits for them.
pub async fn run(listener: TcpListener, config: Config, stop: CancellationToken) -> Report {
    let limit = config.max_connections.clamp(1, Semaphore::MAX_PERMITS);
    let permits = Arc::new(Semaphore::new(limit));
    let open = Arc::new(Gauge::default());
    let connections = Shutdown::default();
    let _stop_if_dropped = connections.token().drop_guard();
    let mut accepted = 0;

    while let Some(client) = stop
        .run_until_cancelled(admit(&listener, &permits, &open))
        .await
    {
        accepted += 1;
        let span = debug_span!("connection", peer = %client.peer);
        let serve = serve(client, config.clone(), connections.token());
        connections.spawn(serve.instrument(span));
    }
    drop(listener);

    info!(open = open.now(), "draining");
    let end = connections.drain(config.drain_deadline).await;
    Report {
        accepted,
        peak: open.peak(),
        drained: end.finished,
        aborted: end.aborted + end.stuck + end.panicked,
    }
}

/// An admitted client. Its socket is closed before it is counted out.
struct Client {
    stream: TcpStream,
    peer: SocketAddr,
    _open: Open,
}

/// The next client, as soon as there is room for one.
///
/// The permit comes before the connection: clients above the limit wait in the kernel's queue,
/// where they cost this process nothing.
async fn admit(listener: &TcpListener, permits: &Arc<Semaphore>, gauge: &Arc<Gauge>) -> Client {
    let permit = Arc::clone(permits).acquire_owned().await;
    let permit = permit.expect("the semaphore is never closed");
    let (stream, peer) = accept_next(|| listener.accept()).await;
    Client {
        stream,
        peer,
        _open: Open::new(permit, gauge),
    }
}

async fn serve(mut client: Client, config: Config, stop: CancellationToken) {
    let stream = &mut client.stream;
    // Replies are sent whole; holding them back for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "cannot set TCP_NODELAY");
    }
    let closed = match echo(stream, &config, &stop).await {
        Ok(ended) => {
            debug!(?ended);
            match ended {
                // With unsent replies the kernel would keep a closed socket for minutes.
                Ended::Stalled => stream.set_zero_linger(),
                Ended::Finished | Ended::Idle | Ended::Stopped => {
                    let patience = config.close_timeout.min(config.drain_deadline / 2);
                    close(stream, patience).await
                }
            }
        }
        Err(error) => Err(error),
    };
    if let Err(error) = closed {
        debug!(%error, "the connection broke");
    }
}

/// Counts open connections.
#[derive(Debug, Default)]
struct Gauge {
    now: AtomicUsize,
    peak: AtomicUsize,
}

impl Gauge {
    fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }
}

/// One open connection. It is counted out before its permit, a field, is given back, so the count
/// never exceeds the limit.
#[derive(Debug)]
struct Open {
    gauge: Arc<Gauge>,
    _permit: OwnedSemaphorePermit,
}

impl Open {
    fn new(permit: OwnedSemaphorePermit, gauge: &Arc<Gauge>) -> Self {
        let now = gauge.now.fetch_add(1, Ordering::Relaxed) + 1;
        gauge.peak.fetch_max(now, Ordering::Relaxed);
        Self {
            gauge: Arc::clone(gauge),
            _permit: permit,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.gauge.now.fetch_sub(1, Ordering::Relaxed);
    }
}
