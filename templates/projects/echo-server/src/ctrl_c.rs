//! Ctrl-C as a request to stop: stands in for `shutdown_signals.rs` on Windows, which has no
//! signals.

use std::io;

use tokio::signal::windows::{CtrlC, ctrl_c};

/// What asked the process to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C.
    Interrupt,
}

impl Stop {
    /// What a shell reports for a process that Ctrl-C ended.
    #[must_use]
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Interrupt => 130,
        }
    }
}

/// A listener for Ctrl-C.
#[derive(Debug)]
pub struct StopSignals {
    interrupt: CtrlC,
}

impl StopSignals {
    /// Listens from now on, for the rest of the life of the process.
    ///
    /// # Errors
    ///
    /// If the operating system refuses a handler.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: ctrl_c()?,
        })
    }

    /// Waits for the next Ctrl-C.
    pub async fn recv(&mut self) -> Stop {
        self.interrupt.recv().await;
        Stop::Interrupt
    }
}
