//! A command that is quick, one that fails, and one that is stopped by its limit.

use limited_output::output;
use std::{io, time::Duration};
use tokio::process::Command;

pub mod limited_output;

/// How long a command may take.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let greeting = output(Command::new("echo").arg("hello"), LIMIT).await?;
    print!("stdout: {}", String::from_utf8_lossy(&greeting.stdout));

    let failing = ["-c", "echo broken >&2; exit 3"];
    let failed = output(Command::new("sh").args(failing), LIMIT).await?;
    print!("stderr: {}", String::from_utf8_lossy(&failed.stderr));
    println!("status: {:?}", failed.status.code());

    let slow = output(Command::new("sleep").arg("60"), Duration::from_millis(50)).await;
    if let Err(error) = slow {
        println!("sleep: {error}");
    }
    Ok(())
}
