//! The program changes its configuration file and sends itself SIGHUP.

use std::error::Error;
use std::io;
use std::sync::Arc;
use tokio::fs;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_stream::wrappers::SignalStream;

use reload::reload;

pub mod reload;

/// Sends this process SIGHUP, as `kill -HUP` would.
async fn hang_up() -> io::Result<()> {
    let status = Command::new("sh")
        .args(["-c", "kill -s HUP $PPID"])
        .status()
        .await?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("kill failed"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // First of all: without a listener SIGHUP ends the process.
    let hangups = SignalStream::new(signal(SignalKind::hangup())?);

    let path = std::env::temp_dir().join(format!("reload-{}.conf", std::process::id()));
    fs::write(&path, "v1").await?;
    let file = path.clone();
    let load = move || fs::read_to_string(file.clone());
    let (configs, mut config) = watch::channel(Arc::new(load().await?));
    println!("config {}", **config.borrow());

    let failed = |error| eprintln!("kept the old configuration: {error}");
    let reloading = tokio::spawn(reload(hangups, configs, load, failed));

    fs::write(&path, "v2").await?;
    hang_up().await?;
    config.changed().await?;
    println!("config {}", **config.borrow());

    fs::remove_file(&path).await?;
    drop(config);
    reloading.await?;
    println!("no readers left, reloading ended");
    Ok(())
}
