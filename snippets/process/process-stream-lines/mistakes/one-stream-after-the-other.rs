//! The child fills its stderr while the parent waits for the end of its stdout.
use std::process::Stdio;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut child = Command::new("sh")
        .args(["-c", "head -c 1000000 /dev/zero >&2; echo done"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    println!("reached");
    let (mut output, mut errors) = (String::new(), Vec::new());
    if let (Some(mut stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) {
        stdout.read_to_string(&mut output).await?;
        stderr.read_to_end(&mut errors).await?;
    }
    println!("{output}");
    Ok(())
}
