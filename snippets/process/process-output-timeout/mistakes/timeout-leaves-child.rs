//! The timeout drops a future; the child knows nothing of it.
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // `.kill_on_drop(true)`, or a `kill` after the timeout, is missing.
    let mut child = Command::new("sleep").arg("60").spawn()?;
    if timeout(Duration::from_millis(20), child.wait())
        .await
        .is_err()
        && child.try_wait()?.is_none()
    {
        println!("the timeout is over, the child runs on");
    }
    // So that this demonstration leaves nothing behind.
    child.kill().await
}
