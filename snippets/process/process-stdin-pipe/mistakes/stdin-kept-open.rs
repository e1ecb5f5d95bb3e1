//! Everything is written, but the child's stdin is still open, so `sort` waits for more.
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut child = Command::new("sort")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"pear\napple\n").await?;
    println!("reached");
    // `drop(stdin)` is missing.
    let output = child.wait_with_output().await?;
    println!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
