//! The read is given up after a moment, but the thread that does it still waits for a key.
use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn program() {
    let mut stdin = tokio::io::stdin();
    let _ = timeout(Duration::from_millis(20), stdin.read(&mut [0; 64])).await;
    println!("the end of main");
}

fn main() -> io::Result<()> {
    if env::args().len() > 1 {
        program();
        return Ok(());
    }
    // Plays the person: starts this program again, with a keyboard on which nothing is typed.
    let mut command = Command::new(env::current_exe()?);
    let io = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = io.arg("program").spawn()?;
    let keyboard = child.stdin.take();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut String::new())?;
    }
    thread::sleep(Duration::from_millis(100));
    if child.try_wait()?.is_none() {
        println!("main has ended, the process has not");
    }
    drop(keyboard);
    child.wait().map(drop)
}
