//! A command that fails is `Ok` all the same, and its stdout is empty.
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let script = "echo 'no space left' >&2; exit 1";
    let output = Command::new("sh").args(["-c", script]).output().await?;
    // `output.status.success()` would be false.
    println!("all is well: {:?}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
