//! Feeding a child's stdin while reading its stdout.
//!
//! Use it when a program is a filter: it gets some input, and its output is the result (a
//! formatter, a compressor, a converter). Also right for input that is larger than a pipe.
//!
//! Prevents: parent and child that both wait in a write because nobody reads, and a child that
//! waits for more input because its stdin was never closed.

use std::io::{self, ErrorKind};
use std::process::{Output, Stdio};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Runs `command` with `input` on its stdin, and collects what it prints.
///
/// A child that ends without having read everything, as `head` does, is no error: its status tells
/// whether it is content. Dropping the future kills the child.
async fn filter(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or(ErrorKind::BrokenPipe)?;
    let feed = async move {
        let written = stdin.write_all(input).await;
        // The end of the input; without it a filter waits for more.
        drop(stdin);
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    };
    // At the same time, in one task; `input` need not be cloned for another one.
    let ((), output) = tokio::try_join!(feed, child.wait_with_output())?;
    Ok(output)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let sorted = filter(&mut Command::new("sort"), b"pear\napple\nfig\n").await?;
    print!("{}", String::from_utf8_lossy(&sorted.stdout));

    let input = vec![b'x'; 1024 * 1024];
    let copied = filter(&mut Command::new("cat"), &input).await?;
    println!("{} bytes, {}", copied.stdout.len(), copied.status);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shell(script: &str, input: &[u8]) -> io::Result<Output> {
        filter(Command::new("sh").args(["-c", script]), input).await
    }

    #[tokio::test]
    async fn input_becomes_output_from_nothing_to_more_than_a_pipe_holds() -> io::Result<()> {
        for size in [0, 1, 3_000_000] {
            let input = vec![b'x'; size];
            let output = shell("cat", &input).await?;
            assert!(output.status.success() && output.stdout == input);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_child_that_does_not_read_is_no_error() -> io::Result<()> {
        let input = vec![b'x'; 3_000_000];
        let output = shell("head -c 3", &input).await?;
        assert_eq!(output.stdout, b"xxx");
        let output = shell("echo no >&2; exit 4", &input).await?;
        assert_eq!(output.stderr, b"no\n");
        assert_eq!(output.status.code(), Some(4));
        Ok(())
    }

    #[tokio::test]
    async fn much_on_stderr_does_not_stop_it() -> io::Result<()> {
        let output = shell("tee /dev/stderr", &vec![b'x'; 1_000_000]).await?;
        assert_eq!(
            (output.stdout.len(), output.stderr.len()),
            (1_000_000, 1_000_000)
        );
        Ok(())
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_an_error() {
        let missing = filter(&mut Command::new("no-such-program-here"), b"").await;
        assert_eq!(missing.expect_err("missing").kind(), ErrorKind::NotFound);
    }
}
