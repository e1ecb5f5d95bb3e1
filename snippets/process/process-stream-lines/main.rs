//! A child's stdout and stderr, line by line while it runs, and then its status.
//!
//! Use it when a program takes long and its progress or its log is wanted at once: a build, a
//! server under test.
//!
//! Prevents: a child that stops for ever because a pipe is full that nobody reads, and a status
//! that is lost because only the output was looked at.

use std::io;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Stdout,
    Stderr,
}

/// Runs `command`, gives each line to `handle` as it comes, and returns the status.
///
/// The order is kept within a stream; between the two it is lost, as they are two pipes. A line has
/// no limit. It returns when both have ended: what the child leaves behind may hold them open (see
/// `process-kill-tree`). Dropping the future kills the child.
async fn stream_lines(
    command: &mut Command,
    mut handle: impl FnMut(Source, &str),
) -> io::Result<ExitStatus> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let pipes = child.stdout.take().zip(child.stderr.take());
    let (stdout, stderr) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
    // Not `lines`, which gives an error for a line that is not UTF-8. A `Split` keeps what it has
    // read of a line, so a lost race loses nothing.
    let mut stdout = BufReader::new(stdout).split(b'\n');
    let mut stderr = BufReader::new(stderr).split(b'\n');
    let (mut out_open, mut err_open) = (true, true);
    // Until both have ended: a pipe that is not read stops the child when it is full.
    while out_open || err_open {
        let (source, line) = tokio::select! {
            line = stdout.next_segment(), if out_open => (Source::Stdout, line?),
            line = stderr.next_segment(), if err_open => (Source::Stderr, line?),
        };
        match (line, source) {
            (Some(line), source) => handle(source, &String::from_utf8_lossy(&line)),
            (None, Source::Stdout) => out_open = false,
            (None, Source::Stderr) => err_open = false,
        }
    }
    // Mostly the output ends first, and only this tells how the child ended.
    child.wait().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let script = "for i in 1 2 3; do echo step $i; echo warning $i >&2; done; exit 3";
    let mut warnings = Vec::new();
    let mut command = Command::new("sh");
    let status = stream_lines(command.args(["-c", script]), |source, line| match source {
        Source::Stdout => println!("{line}"),
        Source::Stderr => warnings.push(line.to_owned()),
    })
    .await?;
    println!("{warnings:?}");
    println!("exit {:?}", status.code());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(script: &str) -> io::Result<(Vec<String>, Vec<String>, Option<i32>)> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut command = Command::new("sh");
        let status = stream_lines(command.args(["-c", script]), |source, line| {
            let lines = match source {
                Source::Stdout => &mut out,
                Source::Stderr => &mut err,
            };
            lines.push(line.to_owned());
        })
        .await?;
        Ok((out, err, status.code()))
    }

    #[tokio::test]
    async fn lines_of_both_streams_and_the_status() -> io::Result<()> {
        let (out, err, code) = run("echo a; echo b >&2; echo; printf c; exit 7").await?;
        assert_eq!(out, ["a", "", "c"]);
        assert_eq!(err, ["b"]);
        assert_eq!(code, Some(7));
        Ok(())
    }

    #[tokio::test]
    async fn nothing_at_all_and_a_signal() -> io::Result<()> {
        assert_eq!(run("exit 0").await?, (Vec::new(), Vec::new(), Some(0)));
        assert_eq!(run("kill -9 $$").await?.2, None);
        Ok(())
    }

    #[tokio::test]
    async fn a_stream_that_ends_early_does_not_end_the_other() -> io::Result<()> {
        let (out, err, _) = run("echo a; exec >&-; echo b >&2; echo c >&2").await?;
        assert_eq!((out.len(), err.len()), (1, 2));
        Ok(())
    }

    #[tokio::test]
    async fn more_than_the_pipes_hold_in_either_order() -> io::Result<()> {
        for script in [
            "yes | head -n 100000 >&2; yes | head -n 100000",
            "yes | head -n 100000; yes | head -n 100000 >&2",
        ] {
            let (out, err, _) = run(script).await?;
            assert_eq!((out.len(), err.len()), (100_000, 100_000));
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_line_is_given_while_the_child_still_runs() -> io::Result<()> {
        use tokio::sync::oneshot;
        let (first, line) = oneshot::channel();
        let mut first = Some(first);
        let mut command = Command::new("sh");
        command.args(["-c", "echo ready; exec sleep 60"]);
        let run = stream_lines(&mut command, |_, line| {
            if let Some(first) = first.take() {
                let _ = first.send(line.to_owned());
            }
        });
        // The race is lost by the child, which is killed by that.
        tokio::select! {
            _ = run => panic!("it sleeps"),
            line = line => assert_eq!(line.expect("a line"), "ready"),
        }
        Ok(())
    }

    #[tokio::test]
    async fn bytes_that_are_not_utf8_do_not_stop_it() -> io::Result<()> {
        let (out, ..) = run(r"printf '\377\nok\n'").await?;
        assert_eq!(out, ["\u{fffd}", "ok"]);
        Ok(())
    }
}
