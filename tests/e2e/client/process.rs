//! A process that cannot outlive its time, nor hold up the test that started it.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// A call takes about one second; the rest is for a machine that builds at the same time.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Runs `command` to its end with `stdin`, and kills it with its children at the limit.
pub(super) fn run(mut command: Command, stdin: &str) -> Output {
    // A group of its own: what the client starts must go down with it.
    command
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let group = Pid::from_child(&child);

    let (done, end) = mpsc::channel();
    let stdin = stdin.to_owned();
    thread::spawn(move || {
        if let Some(mut pipe) = child.stdin.take() {
            // One that ends without reading its input is judged by its output.
            let _ = pipe.write_all(stdin.as_bytes());
        }
        // The receiver is gone once the limit has passed.
        let _ = done.send(child.wait_with_output());
    });
    let Ok(output) = end.recv_timeout(TIME_LIMIT) else {
        let killed = kill_process_group(group, Signal::KILL);
        panic!("not finished after {TIME_LIMIT:?}, killed ({killed:?}): {command:?}");
    };
    output.expect("the output of a child can be read")
}
