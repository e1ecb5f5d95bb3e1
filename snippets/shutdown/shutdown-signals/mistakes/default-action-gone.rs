//! After the first `ctrl_c()` SIGINT no longer ends the process, also when nobody listens.
use std::time::Duration;
use tokio::process::Command;
use tokio::signal::ctrl_c;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // Listens for a moment, and thereby replaces the default action for good.
    let _ = timeout(Duration::from_millis(10), ctrl_c()).await;
    Command::new("sh")
        .args(["-c", "kill -s INT $PPID"])
        .status()
        .await?;
    println!("still running after Ctrl-C");
    Ok(())
}
