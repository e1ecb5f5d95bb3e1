//! A command's output, with a limit on its time and on its size.
//!
//! Use it when you run a program and want what it prints. When the time is over, or the caller is
//! cancelled, the child is killed; it does not stay behind.
//!
//! Prevents: a child that runs on after the timeout, a zombie, a child that waits for input from
//! your terminal, and one that prints until the memory is full.

use std::process::{Output, Stdio};
use std::{io, time::Duration};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::time::timeout;

/// The most bytes that are taken from stdout, and again from stderr.
pub const MAX_OUTPUT: u64 = 1024 * 1024;

/// Runs `command` and collects what it prints. A status other than success is no error here.
///
/// If this is dropped, the child is killed. Its own children are not, see `process-kill-tree`; and
/// as long as one of them holds the output open, this goes on reading.
///
/// # Errors
///
/// `TimedOut` if it has not ended within `limit`, `FileTooLarge` if it prints more than
/// [`MAX_OUTPUT`] (in both cases the child is gone), and those of starting it.
pub async fn output(command: &mut Command, limit: Duration) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // All at once: a child whose output nobody reads stops when the pipe is full.
    let ended = timeout(limit, async {
        tokio::try_join!(read(stdout), read(stderr), child.wait())
    });
    let result = match ended.await {
        Ok(result) => result,
        Err(_elapsed) => Err(io::ErrorKind::TimedOut.into()),
    };
    match result {
        Ok((stdout, stderr, status)) => Ok(Output {
            status,
            stdout,
            stderr,
        }),
        Err(error) => {
            // Also waits, so that no zombie is left; it does nothing if the child has ended.
            child.kill().await?;
            Err(error)
        }
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MAX_OUTPUT + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() as u64 > MAX_OUTPUT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long enough for a shell on a machine that is busy.
    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    async fn error_of(script: &str, limit: Duration) -> io::ErrorKind {
        let result = output(&mut shell(script), limit).await;
        result.expect_err("it fails").kind()
    }

    #[tokio::test]
    async fn both_streams_and_the_status() -> io::Result<()> {
        let output = output(&mut shell("echo out; echo err >&2; exit 3"), LONG).await?;
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(output.stderr, b"err\n");
        assert_eq!(output.status.code(), Some(3));
        Ok(())
    }

    #[tokio::test]
    async fn more_than_a_pipe_holds_on_both_streams() -> io::Result<()> {
        let script = "head -c 500000 /dev/zero >&2; head -c 500000 /dev/zero";
        let output = output(&mut shell(script), LONG).await?;
        assert_eq!(
            (output.stdout.len(), output.stderr.len()),
            (500_000, 500_000)
        );
        Ok(())
    }

    #[tokio::test]
    async fn no_input_is_an_input_that_has_ended() -> io::Result<()> {
        assert!(output(&mut shell("cat"), LONG).await?.status.success());
        Ok(())
    }

    #[tokio::test]
    async fn the_limit_kills_the_child_and_leaves_no_zombie() -> io::Result<()> {
        // The shell tells its id through a file before it becomes `sleep`.
        let folder = std::env::temp_dir().join(format!("limited-output-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        let script = format!("echo $$ > {}/pid; exec sleep 60", folder.display());
        let result = output(&mut shell(&script), Duration::from_millis(300)).await;
        let pid = std::fs::read_to_string(folder.join("pid"));
        std::fs::remove_dir_all(&folder)?;
        assert_eq!(result.expect_err("killed").kind(), io::ErrorKind::TimedOut);
        // On a machine that is too busy the shell did not come so far.
        if let Ok(pid) = pid {
            let alive = format!("kill -0 {pid}");
            assert!(!output(&mut shell(&alive), LONG).await?.status.success());
        }
        Ok(())
    }

    #[tokio::test]
    async fn too_slow_too_much_and_not_there() {
        assert_eq!(
            error_of("exec sleep 60", SHORT).await,
            io::ErrorKind::TimedOut
        );
        let endless = error_of("exec cat /dev/zero", LONG).await;
        assert_eq!(endless, io::ErrorKind::FileTooLarge);
        let missing = output(&mut Command::new("no-such-program-here"), LONG).await;
        assert_eq!(
            missing.expect_err("missing").kind(),
            io::ErrorKind::NotFound
        );
    }

    #[tokio::test]
    async fn exactly_the_limit_passes() -> io::Result<()> {
        let script = format!("head -c {MAX_OUTPUT} /dev/zero");
        let output = output(&mut shell(&script), LONG).await?;
        assert_eq!(output.stdout.len() as u64, MAX_OUTPUT);
        Ok(())
    }
}
