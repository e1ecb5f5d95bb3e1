//! A process and its group: waited for, signalled, ended.

use std::process::ExitStatus;

use tokio::process::Child;

use super::command::Command;
use super::guard::Guard;
use super::leftovers;

/// A process that was started. Dropped before it has ended, it takes its group along.
pub(super) struct Group {
    child: Child,
    leads: bool,
    mark: String,
    reaped: bool,
    /// Who is told of it, and by which number.
    guard: Guard,
    id: Option<u32>,
}

impl Group {
    pub(super) fn of(child: Child, command: &Command, guard: Guard) -> Self {
        let id = child.id();
        guard.started(id, command.leads_group());
        Self {
            guard,
            id,
            child,
            leads: command.leads_group(),
            mark: command.mark().to_owned(),
            reaped: false,
        }
    }

    /// Kills what is left of the group; gives the status of its leader.
    ///
    /// # Errors
    /// When the system does not know the leader.
    pub(super) async fn end(&mut self) -> std::io::Result<ExitStatus> {
        // The leader is not reaped yet, so its number cannot be another's by now.
        self.kill();
        let leader = self.leader();
        let status = self.child.wait().await?;
        self.reaped = true;
        leftovers::end(leader.filter(|_| self.leads), &self.mark).await;
        self.guard.ended(self.id);
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.reaped {
            self.kill();
        }
    }
}

#[cfg(unix)]
impl Group {
    fn leader(&self) -> Option<rustix::process::Pid> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok())?;
        rustix::process::Pid::from_raw(id)
    }

    /// Ends when the leader has; it is not reaped.
    pub(super) async fn exited(&self) {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let Some(leader) = self.leader() else { return };
        // On a thread, since tokio's own waiting reaps. The thread ends with the leader, whether it is still listened to or not.
        let waiting = tokio::task::spawn_blocking(move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let interrupted = Some(rustix::io::Errno::INTR);
            while waitid(WaitId::Pid(leader), options).err() == interrupted {}
        });
        let _ = waiting.await;
    }

    pub(super) fn signal(&self, number: i32) {
        if let Some(signal) = rustix::process::Signal::from_named_raw(number) {
            self.send(signal);
        }
    }

    fn kill(&self) {
        self.send(rustix::process::Signal::KILL);
    }

    fn send(&self, signal: rustix::process::Signal) {
        let Some(leader) = self.leader() else { return };
        // That nothing is left of it is the normal case.
        let _ = if self.leads {
            rustix::process::kill_process_group(leader, signal)
        } else {
            rustix::process::kill_process(leader, signal)
        };
    }
}

#[cfg(not(unix))]
impl Group {
    fn leader(&self) -> Option<u32> {
        self.child.id()
    }

    pub(super) async fn exited(&mut self) {
        let _ = self.child.wait().await;
    }

    pub(super) fn signal(&mut self, _number: i32) {
        self.kill();
    }

    fn kill(&mut self) {
        let _ = self.child.start_kill();
    }
}
