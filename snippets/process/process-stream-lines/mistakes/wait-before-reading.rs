//! The child waits for a reader, the reader for the child's end.
use std::process::Stdio;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut child = Command::new("head")
        .args(["-c", "1000000", "/dev/zero"])
        .stdout(Stdio::piped())
        .spawn()?;
    println!("reached");
    let status = child.wait().await?;
    let mut output = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut output).await?;
    }
    println!("{status}, {} bytes", output.len());
    Ok(())
}
