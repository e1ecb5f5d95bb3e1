//! Only the shell is killed; the program that it started still has the pipe.
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut shell = Command::new("sh")
        .args(["-c", "sleep 3 & echo started; wait"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdout = shell.stdout.take().expect("it is piped");
    stdout.read_exact(&mut [0; 8]).await?;

    shell.kill().await?;
    let mut rest = Vec::new();
    // It ends when the last process that could write has gone.
    let end_of_output = stdout.read_to_end(&mut rest);
    if timeout(Duration::from_millis(100), end_of_output)
        .await
        .is_err()
    {
        println!("the shell is dead, what it started is not");
    }
    Ok(())
}
