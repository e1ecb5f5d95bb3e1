//! Processes that are watched while they run.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::invoke::Invocation;

/// For what should take no time; a busy machine is given some.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a condition is given before it is looked at again.
const GLANCE: Duration = Duration::from_millis(5);

/// A `tokio-cmd` that runs. Dropped, it is killed.
pub(super) struct Running {
    child: Child,
    stdout: Lines,
    stderr: Lines,
}

struct Lines {
    coming: Receiver<String>,
    said: Vec<String>,
}

impl Running {
    pub(super) fn start(invocation: Invocation) -> Self {
        Self::start_command(invocation.command())
    }

    pub(super) fn start_command(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("tokio-cmd starts");
        Self {
            stdout: Lines::of(child.stdout.take().expect("it is piped")),
            stderr: Lines::of(child.stderr.take().expect("it is piped")),
            child,
        }
    }

    /// The same with something to write to its standard input.
    pub(super) fn start_with_stdin(invocation: Invocation) -> (Self, ChildStdin) {
        let mut command = invocation.command();
        command.stdin(Stdio::piped());
        let mut running = Self::start_command(command);
        let stdin = running.child.stdin.take().expect("it is piped");
        (running, stdin)
    }

    pub(super) fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(super) fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).expect("it runs");
    }

    /// The first line of its stdout that begins so, without the beginning.
    pub(super) fn says(&mut self, beginning: &str) -> String {
        self.stdout.until(beginning)
    }

    /// The same for stderr.
    pub(super) fn tells(&mut self, beginning: &str) -> String {
        self.stderr.until(beginning)
    }

    /// Waits for its end.
    pub(super) fn ends(self) -> ExitStatus {
        self.ends_with_output().0
    }

    /// Waits for its end; gives all of stdout and stderr, too.
    pub(super) fn ends_with_output(mut self) -> (ExitStatus, String, String) {
        let status = end_of(&mut self.child);
        (status, self.stdout.rest(), self.stderr.rest())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where all is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Lines {
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let (send, coming) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let said = Vec::new();
        Self { coming, said }
    }

    fn until(&mut self, beginning: &str) -> String {
        loop {
            let Ok(line) = self.coming.recv_timeout(PATIENCE) else {
                panic!("no line begins with {beginning:?}: {:#?}", self.said);
            };
            self.said.push(line.clone());
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.to_owned();
            }
        }
    }

    fn rest(&mut self) -> String {
        // What the program left behind must not hold the pipe open.
        while let Ok(line) = self.coming.recv_timeout(PATIENCE) {
            self.said.push(line);
        }
        self.said.join("\n")
    }
}

/// Waits for the end of a `tokio-cmd`, and ends it where it does not come.
pub(super) fn end_of(child: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it is a child") {
            return status;
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("tokio-cmd does not end: {child:?}");
        }
        thread::sleep(GLANCE);
    }
}

/// A number that a process printed.
pub(super) fn pid(text: &str) -> Pid {
    let number = text.trim().parse().ok();
    let pid = number.and_then(Pid::from_raw);
    pid.unwrap_or_else(|| panic!("no process id: {text:?}"))
}

/// Whether there is no such process any more; one that is not reaped yet does nothing.
pub(super) fn is_gone(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    // `pid (name) state ...`, and a name may hold anything.
    stat.map_or(true, |stat| {
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z'))
    })
}

/// Processes that were started with this folder in an argument or a variable.
pub(super) fn processes_of(folder: &Path) -> Vec<Pid> {
    let folder = folder.to_str().expect("a path in UTF-8");
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("Linux").flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let mut text = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        text.extend(fs::read(entry.path().join("environ")).unwrap_or_default());
        if String::from_utf8_lossy(&text).contains(folder) {
            found.extend(Pid::from_raw(pid));
        }
    }
    found
}

/// The names of processes, as the system calls them.
pub(super) fn name(pid: Pid) -> String {
    let name = fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero()));
    name.unwrap_or_default().trim().to_owned()
}

/// Waits for something that must come.
pub(super) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not so: {what}");
        thread::sleep(GLANCE);
    }
}
