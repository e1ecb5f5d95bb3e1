//! Nobody asked for a pipe, so the child writes to the terminal and there is nothing to read.
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // `.stdout(Stdio::piped())` is missing.
    let mut child = Command::new("echo").arg("hello").spawn()?;
    let stdout = child.stdout.take().expect("the child has no stdout");
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        println!("{line}");
    }
    Ok(())
}
