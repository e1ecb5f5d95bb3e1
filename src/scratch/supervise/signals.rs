//! The signals that ask this program to end.

/// The user or the system asked this program to end; everything it had started is gone.
#[derive(Debug)]
pub(crate) struct Interrupted {
    pub(crate) signal: i32,
}

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "interrupted by signal {}", self.signal)
    }
}

impl std::error::Error for Interrupted {}

#[cfg(unix)]
pub(super) struct Signals {
    all: [(i32, tokio::signal::unix::Signal); 4],
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let handler =
            |kind: SignalKind| Ok::<_, std::io::Error>((kind.as_raw_value(), signal(kind)?));
        // A file that may not grow is an error of the write then, and not the end of this program.
        let too_large = rustix::process::Signal::XFSZ.as_raw();
        drop(signal(SignalKind::from_raw(too_large))?);
        Ok(Self {
            all: [
                handler(SignalKind::interrupt())?,
                handler(SignalKind::terminate())?,
                handler(SignalKind::hangup())?,
                handler(SignalKind::quit())?,
            ],
        })
    }

    pub(super) async fn next(mut self) -> i32 {
        let [interrupt, terminate, hangup, quit] = &mut self.all;
        tokio::select! {
            _ = interrupt.1.recv() => interrupt.0,
            _ = terminate.1.recv() => terminate.0,
            _ = hangup.1.recv() => hangup.0,
            _ = quit.1.recv() => quit.0,
        }
    }
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn next(self) -> i32 {
        let _ = tokio::signal::ctrl_c().await;
        2
    }
}
