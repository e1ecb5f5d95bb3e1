//! A shell and the program that it has started are stopped together.

use process_tree::ProcessTree;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::{io, time::Duration};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

pub mod process_tree;

/// How long they may take to tidy up; a service needs seconds rather than this.
const GRACE: Duration = Duration::from_millis(250);

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 600 & echo started; wait"]);
    let mut tree = ProcessTree::spawn(command.stdout(Stdio::piped()))?;
    let stdout = tree.child().stdout.take();
    let mut stdout = BufReader::new(stdout.ok_or(io::ErrorKind::BrokenPipe)?);
    let mut line = String::new();
    stdout.read_line(&mut line).await?;
    println!("the shell: {}", line.trim_end());

    let status = tree.stop(GRACE).await?;
    println!("the shell ended by signal {:?}", status.signal());
    // `sleep` has the same pipe, so its end is the end of the last one who could write.
    stdout.read_to_end(&mut Vec::new()).await?;
    println!("nobody is left");
    Ok(())
}
