//! tokio-console: look into a running program, its tasks, locks and timers.
//!
//! Use it when a program hangs or is slow and you want to see which task is to blame. It needs Tokio
//! built with a cfg, which only `.cargo/config.toml` (or `RUSTFLAGS`) can set, not `Cargo.toml`:
//!
//! ```toml
//! [build]
//! rustflags = ["--cfg", "tokio_unstable"]
//! ```
//!
//! Then `cargo install --locked tokio-console`, run your program, and run `tokio-console`. It connects
//! to `127.0.0.1:6669`; `TOKIO_CONSOLE_BIND` moves the program to another address.
//!
//! Prevents: the panic of `console_subscriber::init` in a build without the cfg, and a filter for the
//! log that also keeps Tokio's own events from the console.

#![allow(unexpected_cfgs, reason = "Tokio's cfg is unknown to cargo")]

use std::error::Error;
use std::future::Future;
use std::io;

use tokio::task::JoinHandle;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    tracing_subscriber::registry()
        // Costs time and memory for every task, so a normal build goes without.
        .with(cfg!(tokio_unstable).then(console_subscriber::spawn))
        // The level is the log's alone: the console lives on events at TRACE.
        .with(
            fmt::layer()
                .with_writer(io::stderr)
                .with_filter(LevelFilter::INFO),
        )
        .try_init()?;

    let state = if cfg!(tokio_unstable) { "on" } else { "off" };
    println!("console: {state}");
    let indexer = spawn_named("indexer", async { 40 + 2 });
    println!("indexer: {}", indexer.await?);
    Ok(())
}

/// Like `tokio::spawn`, with a name that the console shows beside the place of the call.
#[track_caller]
fn spawn_named<F>(name: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    #[cfg(tokio_unstable)]
    return tokio::task::Builder::new()
        .name(name)
        .spawn(future)
        .expect("spawn of a Send future always succeeds");

    #[cfg(not(tokio_unstable))]
    {
        let _ = name;
        tokio::spawn(future)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_named_task_is_a_task() -> Result<(), Box<dyn Error + Send + Sync>> {
        assert_eq!(spawn_named("answer", async { 42 }).await?, 42);
        let task = spawn_named("endless", std::future::pending::<()>());
        task.abort();
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
        Ok(())
    }

    #[test]
    fn a_console_that_is_none_leaves_the_log_alone() {
        // A layer that is `None` must not switch the others off.
        let none: Option<LevelFilter> = None;
        let subscriber = tracing_subscriber::registry().with(none).with(
            fmt::layer()
                .with_test_writer()
                .with_filter(LevelFilter::ERROR),
        );
        tracing::subscriber::with_default(subscriber, || {
            assert!(tracing::enabled!(tracing::Level::ERROR));
            assert!(!tracing::enabled!(tracing::Level::INFO));
        });
    }
}
