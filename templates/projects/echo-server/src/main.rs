//! The process around the server: flags, logs, signals and the exit code.

#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::process;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::select;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use echo_server::shutdown_signals::StopSignals;
use echo_server::{Cli, run};

/// Ends with 0 after a clean stop; with 1 when connections had to be aborted or the server cannot
/// start; with 2 when a flag or variable is wrong; with 128 and its number on a second signal.
#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::from_process();
    log_to_stderr(cli.log);
    // From here on a signal is a request, even if it comes before the first client.
    let mut signals = StopSignals::listen().context("cannot listen for signals")?;

    let listener = TcpListener::bind(cli.bind)
        .await
        .with_context(|| format!("cannot listen on {}", cli.bind))?;
    say(&format!("listening on {}", listener.local_addr()?));

    let stop = CancellationToken::new();
    let mut server = tokio::spawn(run(listener, cli.config, stop.clone()));
    let report = loop {
        select! {
            report = &mut server => break report.context("the server ended")?,
            signal = signals.recv() => {
                if stop.is_cancelled() {
                    warn!(?signal, "second signal, ending now");
                    process::exit(signal.exit_code());
                }
                info!(?signal, "stopping");
                stop.cancel();
            }
        }
    };

    info!(accepted = report.accepted, peak = report.peak, "stopped");
    say(&report.to_string());
    // Not by returning, here and above: the end of the runtime waits for tasks, and one that
    // reaches no await would hold it for ever.
    process::exit(i32::from(!report.is_clean()))
}

/// Prints a line for whoever started the server. That nobody reads it is no reason to end, and
/// `println!` would panic.
fn say(line: &str) {
    if let Err(error) = writeln!(io::stdout(), "{line}") {
        warn!(%error, line, "cannot write to stdout");
    }
}

/// Logs go to stderr, because stdout is for the two lines that other programs read.
fn log_to_stderr(filter: Targets) {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        // The default reports a failed write by `eprintln!`, which panics where that fails too.
        .log_internal_errors(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(filter)
        .init();
}
