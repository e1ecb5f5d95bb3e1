//! The program sends itself SIGTERM, begins to drain, and leaves at a second signal.

use shutdown_signals::StopSignals;
use std::{future::pending, io};
use tokio::process::Command;

pub mod shutdown_signals;

/// Sends this process a signal, as a terminal or a container would.
async fn send(signal: &str) -> io::Result<()> {
    let kill = format!("kill -s {signal} $PPID");
    let status = Command::new("sh").args(["-c", &kill]).status().await?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("kill failed"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut signals = StopSignals::listen()?;

    send("TERM").await?;
    println!("{:?}: draining", signals.recv().await);

    send("INT").await?;
    tokio::select! {
        // Stands for a drain that takes longer than the operator is willing to wait.
        () = pending() => println!("drained"),
        stop = signals.recv() => {
            // Here a service calls `std::process::exit` with this code.
            println!("{stop:?}: leaving at once, exit code {}", stop.exit_code());
        }
    }
    Ok(())
}
