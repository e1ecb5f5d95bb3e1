//! Stopping a child together with the processes that it has started.
//!
//! Use it when a child is a shell, a build tool or a server with workers: a signal to the child
//! alone leaves the others running. They are asked first, and killed if they do not listen.
//!
//! Prevents: orphans that hold ports, files and pipes after their parent was killed.

use std::process::ExitStatus;
use std::{io, time::Duration};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How often it is looked whether the whole group has ended.
const POLL: Duration = Duration::from_millis(10);

/// A child that leads a process group of its own. Dropping it kills the whole group.
///
/// What leaves the group (a daemon, a shell with job control) is not stopped. Ctrl-C in the
/// terminal no longer reaches the group: [`stop`](Self::stop) it when you get the signal.
#[derive(Debug)]
pub struct ProcessTree {
    child: Child,
    group: u32,
    ended: bool,
}

impl ProcessTree {
    /// Starts `command` as the leader of a new group.
    ///
    /// # Errors
    ///
    /// Those of starting it.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O enabled.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let child = command.process_group(0).spawn()?;
        let group = child.id().ok_or(io::ErrorKind::NotFound)?;
        Ok(Self {
            child,
            group,
            ended: false,
        })
    }

    /// The leader, for its pipes and for waiting until it ends by itself.
    ///
    /// Stop or drop the tree soon after such a wait: when nobody is left in the group, the system
    /// may give its id to others, who would get the signal.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Sends SIGTERM to the group, waits up to `grace` until all have ended, and sends SIGKILL.
    /// Returns the leader's status.
    ///
    /// If it is dropped half way, the group is killed at once. In a container whose first process
    /// does not collect orphans, those that have ended still count, and it waits the whole grace.
    ///
    /// # Errors
    ///
    /// Those of starting a shell, which sends the signals, and of waiting.
    pub async fn stop(mut self, grace: Duration) -> io::Result<ExitStatus> {
        self.signal("TERM").await?;
        // The leader may go first, and its children may need the time more than it does.
        let all_ended = async {
            self.child.wait().await?;
            while self.signal("0").await? {
                sleep(POLL).await;
            }
            io::Result::Ok(())
        };
        // Not only when the time is over: if it could not be found out, they are killed as well.
        if !matches!(timeout(grace, all_ended).await, Ok(Ok(()))) {
            self.signal("KILL").await?;
        }
        let status = self.child.wait().await?;
        self.ended = true;
        Ok(status)
    }

    /// Sends a signal to the group; false if nobody is left in it. Signal 0 only asks.
    async fn signal(&self, signal: &str) -> io::Result<bool> {
        let mut shell = Command::from(shell_that_kills(signal, self.group));
        Ok(shell.status().await?.success())
    }
}

impl Drop for ProcessTree {
    fn drop(&mut self) {
        if !self.ended {
            // Blocks for as long as a shell takes to start: `Drop` cannot await.
            let _ = shell_that_kills("KILL", self.group).status();
        }
    }
}

/// The standard library has no call for it; a shell has one built in.
fn shell_that_kills(signal: &str, group: u32) -> std::process::Command {
    let script = format!("kill -s {signal} -- -{group} 2>/dev/null");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]);
    shell
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Stdio;
    use tokio::io::AsyncReadExt;
    use tokio::process::ChildStdout;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);

    /// A tree that has printed its `ready`, and the pipe that all its processes hold open.
    async fn tree(script: &str) -> io::Result<(ProcessTree, ChildStdout)> {
        let mut shell = Command::new("sh");
        let mut tree = ProcessTree::spawn(shell.args(["-c", script]).stdout(Stdio::piped()))?;
        let mut stdout = tree.child().stdout.take().expect("it is piped");
        stdout.read_exact(&mut [0; 6]).await?;
        Ok((tree, stdout))
    }

    /// Returns when the last one of the tree has gone.
    async fn all_gone(mut stdout: ChildStdout) -> io::Result<()> {
        stdout.read_to_end(&mut Vec::new()).await.map(drop)
    }

    #[tokio::test]
    async fn child_and_grandchild_end_at_the_term() -> io::Result<()> {
        let (tree, stdout) = tree("sleep 600 & echo ready; wait").await?;
        assert_eq!(tree.stop(SHORT).await?.signal(), Some(15));
        all_gone(stdout).await
    }

    #[tokio::test]
    async fn who_does_not_listen_is_killed_after_the_grace() -> io::Result<()> {
        let (tree, stdout) = tree("trap '' TERM; sleep 600 & echo ready; wait").await?;
        assert_eq!(tree.stop(SHORT).await?.signal(), Some(9));
        all_gone(stdout).await
    }

    #[tokio::test]
    async fn a_grandchild_that_outlives_its_parent_is_killed_too() -> io::Result<()> {
        let stubborn = "(trap '' TERM; echo ready; sleep 600) & wait";
        let (tree, stdout) = tree(stubborn).await?;
        assert_eq!(tree.stop(SHORT).await?.signal(), Some(15));
        all_gone(stdout).await
    }

    #[tokio::test]
    async fn who_tidies_up_is_given_the_time() -> io::Result<()> {
        // A shell of its own says `ready`: one that is just being forked may lose the signal.
        let script = "trap 'wait; exit 7' TERM; sh -c 'echo ready; exec sleep 600' & wait";
        let (tree, stdout) = tree(script).await?;
        assert_eq!(tree.stop(LONG).await?.code(), Some(7));
        all_gone(stdout).await
    }

    #[tokio::test]
    async fn one_that_has_ended_keeps_its_status() -> io::Result<()> {
        let (mut tree, stdout) = tree("echo ready; exit 3").await?;
        assert_eq!(tree.child().wait().await?.code(), Some(3));
        assert_eq!(tree.stop(LONG).await?.code(), Some(3));
        all_gone(stdout).await
    }

    #[tokio::test]
    async fn dropping_kills_them_all() -> io::Result<()> {
        let (dropped, stdout) = tree("sleep 600 & echo ready; wait").await?;
        drop(dropped);
        all_gone(stdout).await?;
        let (cancelled, stdout) = tree("trap '' TERM; sleep 600 & echo ready; wait").await?;
        assert!(timeout(SHORT, cancelled.stop(LONG)).await.is_err());
        all_gone(stdout).await
    }
}
