//! All the input first, then the output: more than the pipes hold stops both.
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut child = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    println!("reached");
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(&vec![b'x'; 1024 * 1024]).await?;
    }
    let output = child.wait_with_output().await?;
    println!("{} bytes", output.stdout.len());
    Ok(())
}
