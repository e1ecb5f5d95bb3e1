//! A TCP echo server that holds its limits under load and stops cleanly.
//!
//! [`run`] is the whole server, without a process around it: it gets a listener, its limits and a
//! token, serves until the token is cancelled, and says how the stop went. `main.rs` adds what
//! belongs to the process: flags, logs, signals and the exit code.
//!
//! Your own protocol goes where [`echo`] is.

#![forbid(unsafe_code)]

mod accept;
pub mod config;
mod connection;
pub mod graceful_shutdown;
mod server;
#[cfg(unix)]
pub mod shutdown_signals;
#[cfg(windows)]
#[path = "ctrl_c.rs"]
pub mod shutdown_signals;

pub use config::{Cli, Config};
pub use connection::{Ended, echo};
pub use server::{Report, run};
