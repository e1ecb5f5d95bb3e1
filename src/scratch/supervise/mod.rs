//! Starts every process of the program, each in a group of its own, and ends the group: at the time limit, at Ctrl-C,
//! and when the process itself has ended, so that nothing is left behind.

mod command;
mod group;
mod guard;
mod leftovers;
mod pump;
mod signals;
mod streams;

use std::time::{Duration, Instant};

use tokio::sync::watch;

pub(crate) use self::command::{Command, Input};
pub(crate) use self::guard::{asked_for as guard_asked_for, guard};
pub(crate) use self::signals::Interrupted;
pub(crate) use self::streams::{KEPT, Output, Sink};

use self::group::Group;
use self::guard::Guard;
use self::signals::Signals;
use self::streams::Streams;

/// What is kept of each stream of a tool: a compiler has much to say, and all of it is parsed.
const TOOL_KEPT: usize = 16 * 1024 * 1024;
/// How long a group may take to end when this program is asked to.
const GRACE: Duration = Duration::from_millis(500);
/// How long the last output of a killed group may take to be delivered.
const LAST_WORDS: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Exited(i32),
    Signalled(i32),
    TimeLimit,
    /// Nobody reads our output any more.
    Unread,
    /// Our output cannot be written; the system's number says why.
    Unwritable(i32),
    /// The awaited silence came.
    Silent,
}

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) ending: Ending,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) truncated: bool,
    pub(crate) elapsed: Duration,
}

impl Ended {
    pub(crate) fn succeeded(&self) -> bool {
        self.ending == Ending::Exited(0)
    }

    pub(crate) fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Starts processes, and ends them when this process is asked to end.
#[derive(Debug, Clone)]
pub(crate) struct Supervisor {
    interrupted: watch::Receiver<Option<i32>>,
    guard: Guard,
}

impl Supervisor {
    /// Takes over the signals that ask a process to end, for the life of this one.
    ///
    /// # Errors
    /// When the system refuses the handlers.
    pub(crate) fn new() -> std::io::Result<Self> {
        let (sender, interrupted) = watch::channel(None);
        let signals = Signals::new()?;
        leftovers::adopt();
        tokio::spawn(async move {
            let number = signals.next().await;
            sender.send_replace(Some(number));
            // Kept, so that waiting for a change never fails.
            sender.closed().await;
        });
        Ok(Self {
            interrupted,
            guard: Guard::default(),
        })
    }

    /// # Errors
    /// [`Interrupted`], once a signal came.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        let signal = *self.interrupted.borrow();
        signal.map_or(Ok(()), |signal| Err(Interrupted { signal }))
    }

    /// Something will be started soon.
    pub(crate) fn prepare(&self) {
        self.guard.prepare();
    }

    /// Runs a tool to its end and keeps what it says.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub(crate) async fn capture(&self, command: &Command) -> anyhow::Result<Ended> {
        self.run(command, Output::Captured(TOOL_KEPT), None).await
    }

    /// The same, while its stdout is shown to `sink` as it comes.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub(crate) async fn watch(&self, command: &Command, sink: Sink) -> anyhow::Result<Ended> {
        self.run(command, Output::Watched(TOOL_KEPT, sink), None)
            .await
    }

    /// Runs a process until it ends, the limit is over, or this program is asked to end.
    ///
    /// # Errors
    /// The system's when it cannot be started, or [`Interrupted`].
    pub(crate) async fn run(
        &self,
        command: &Command,
        output: Output,
        limit: Option<Duration>,
    ) -> anyhow::Result<Ended> {
        self.start(command, output)?.end(limit).await
    }

    /// Starts a process; dropping it ends its group.
    ///
    /// # Errors
    /// The system's when it cannot be started, or [`Interrupted`].
    pub(crate) fn start(&self, command: &Command, output: Output) -> anyhow::Result<Running> {
        self.check()?;
        let begun = Instant::now();
        self.guard.begins();
        let attached = output.attach(command);
        let (child, streams) = attached.inspect_err(|_| self.guard.ended(None))?;
        let limited = command.limit(child.id());
        let running = Running {
            group: Group::of(child, command, self.guard.clone()),
            streams,
            begun,
            interrupted: self.interrupted.clone(),
        };
        // Where there is no limit to be had, it is ended with `running`.
        limited?;
        Ok(running)
    }
}

/// A process that was started.
pub(crate) struct Running {
    group: Group,
    streams: Streams,
    begun: Instant,
    interrupted: watch::Receiver<Option<i32>>,
}

enum Cause {
    Interrupted(i32),
    Exited,
    Other(Ending),
}

impl Running {
    /// Waits until it ends, the limit is over, or this program is asked to end. Nothing of its group is left then.
    ///
    /// # Errors
    /// [`Interrupted`], or the system's when it has lost the process.
    pub(crate) async fn end(mut self, limit: Option<Duration>) -> anyhow::Result<Ended> {
        let cause = tokio::select! {
            biased;
            signal = interrupted(&mut self.interrupted) => Cause::Interrupted(signal),
            () = self.group.exited() => Cause::Exited,
            () = over(limit) => Cause::Other(Ending::TimeLimit),
            ending = self.streams.over() => Cause::Other(ending),
        };
        if let Cause::Interrupted(signal) = cause {
            // A program that stops cleanly when it is asked to may show that.
            self.group.signal(signal);
            let _ = tokio::time::timeout(GRACE, self.group.exited()).await;
        }
        let status = self.group.end().await?;
        // After a normal end the output is delivered whole, however slow its reader is.
        let delivery = match cause {
            Cause::Exited => None,
            _ => Some(LAST_WORDS),
        };
        let interrupted_late = tokio::select! {
            () = self.streams.rest() => None,
            () = over(delivery) => None,
            signal = interrupted(&mut self.interrupted), if delivery.is_none() => Some(signal),
        };
        if let Cause::Interrupted(signal) = cause {
            return Err(Interrupted { signal }.into());
        }
        if let Some(signal) = interrupted_late {
            return Err(Interrupted { signal }.into());
        }
        let (stdout, stderr, truncated) = self.streams.kept();
        let ending = match cause {
            Cause::Other(ending) => ending,
            _ => self.streams.failed().unwrap_or(ending(status)),
        };
        Ok(Ended {
            ending,
            stdout,
            stderr,
            truncated,
            elapsed: self.begun.elapsed(),
        })
    }
}

/// The signal that asks this program to end, once it came.
async fn interrupted(signal: &mut watch::Receiver<Option<i32>>) -> i32 {
    match signal.wait_for(Option::is_some).await.map(|found| *found) {
        Ok(Some(number)) => number,
        _ => std::future::pending().await,
    }
}

async fn over(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

#[cfg(unix)]
fn ending(status: std::process::ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, signal) => Ending::Signalled(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn ending(status: std::process::ExitStatus) -> Ending {
    Ending::Exited(status.code().unwrap_or(1))
}
