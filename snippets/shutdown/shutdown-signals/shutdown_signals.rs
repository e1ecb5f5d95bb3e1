//! SIGINT and SIGTERM as one awaitable request to stop.
//!
//! Use it when a service must stop cleanly for Ctrl-C and for a container or service manager,
//! which send SIGTERM. Listen before anything else starts; await the first signal to begin the
//! shutdown and a second one to leave at once.
//!
//! Prevents: a service that is killed by SIGTERM because it listens to Ctrl-C only or too late,
//! and one whose second Ctrl-C does nothing.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Which signal asked the process to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// SIGINT, from Ctrl-C.
    Interrupt,
    /// SIGTERM, from `kill`, a container or a service manager.
    Terminate,
}

impl Stop {
    /// What a shell reports for a process that this signal ended: 128 and its number.
    #[must_use]
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Interrupt => 128 + SignalKind::interrupt().as_raw_value(),
            Self::Terminate => 128 + SignalKind::terminate().as_raw_value(),
        }
    }
}

/// A listener for the signals that ask a process to stop.
#[derive(Debug)]
pub struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Listens from now on, for the rest of the life of the process: the two signals no longer
    /// end it by themselves, not even when the listener is gone.
    ///
    /// # Errors
    ///
    /// If the operating system refuses a handler.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, or in one that was built without I/O.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next signal; several of one kind that came since the last call are one.
    ///
    /// Cancel safe: no signal is lost when the future is dropped.
    pub async fn recv(&mut self) -> Stop {
        tokio::select! {
            _ = self.interrupt.recv() => Stop::Interrupt,
            _ = self.terminate.recv() => Stop::Terminate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::process::Command;
    use tokio::time::timeout;

    #[test]
    fn exit_codes_are_those_of_a_shell() {
        assert_eq!(Stop::Interrupt.exit_code(), 130);
        assert_eq!(Stop::Terminate.exit_code(), 143);
    }

    // One test for all, because a signal reaches every listener of the process.
    #[tokio::test]
    async fn each_signal_is_received_once_and_none_is_lost() -> io::Result<()> {
        let mut signals = StopSignals::listen()?;
        for (name, stop) in [
            ("TERM", Stop::Terminate),
            ("INT", Stop::Interrupt),
            ("TERM", Stop::Terminate),
        ] {
            let dropped = timeout(Duration::ZERO, signals.recv()).await;
            assert!(dropped.is_err(), "no signal is left over from before");
            let kill = format!("kill -s {name} $PPID");
            assert!(
                Command::new("sh")
                    .args(["-c", &kill])
                    .status()
                    .await?
                    .success()
            );
            assert_eq!(signals.recv().await, stop);
        }
        Ok(())
    }
}
