//! The scratch engine under bad luck and bad intent: programs that do not end, signals at the wrong moment, several
//! invocations at once, damaged caches, settings of the user's, machines that lack something.
//!
//! Whether anything is left of a process is read from `/proc`.
#![cfg(target_os = "linux")]
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod caches;
mod damaged;
mod grown;
mod home;
mod hostile;
mod kept;
mod killed;
mod lacking;
mod limits;
mod passing;
mod process;
mod same;
mod settings;
mod shell;
mod signals;
mod teams;
mod terminal;
mod together;
