//! What a process leaves behind: members of its group that are about to end, and, on Linux, what left the group.

/// Every process of a run has this in its environment, so that those that left their group are known.
pub(super) const MARK: &str = "TOKIO_CMD_RUN";

/// Orphans of what is started become children of this process.
pub(super) fn adopt() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends groups and processes of a `tokio-cmd` that is no more, and, on Linux, all that its mark is found on.
#[cfg(unix)]
pub(super) fn end_all(open: &[(bool, u32)], session: &str) {
    use rustix::process::{Pid, Signal, kill_process, kill_process_group};
    const ROUNDS: u32 = 200;
    const QUIET: u32 = 10;
    for (is_group, id) in open {
        let Some(pid) = i32::try_from(*id).ok().and_then(Pid::from_raw) else {
            continue;
        };
        // That it has ended in the meantime is well.
        let _ = if *is_group {
            kill_process_group(pid, Signal::KILL)
        } else {
            kill_process(pid, Signal::KILL)
        };
    }
    // One that was just being started shows its mark a little later; one that is killed may have started another.
    let mut quiet = 0;
    for _ in 0..ROUNDS {
        quiet = if kill_marked(session) { 0 } else { quiet + 1 };
        if quiet == QUIET {
            return;
        }
        // They are in sessions of their own and may be nobody's children yet: no event tells of them.
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[cfg(not(unix))]
pub(super) fn end_all(_open: &[(bool, u32)], _session: &str) {}

/// Kills every process that a session has started; whether there was any.
#[cfg(target_os = "linux")]
fn kill_marked(session: &str) -> bool {
    use rustix::process::{Pid, Signal, kill_process};
    let begins = format!("{MARK}={session}-");
    let mut found = false;
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.parse().ok());
        let Some(pid) = pid.and_then(Pid::from_raw) else {
            continue;
        };
        if has_variable(pid, |variable| variable.starts_with(begins.as_bytes())) {
            found |= kill_process(pid, Signal::KILL).is_ok();
        }
    }
    found
}

#[cfg(all(unix, not(target_os = "linux")))]
fn kill_marked(_session: &str) -> bool {
    false
}

/// Whether a process was started with such a variable. One that has ended has none any more.
#[cfg(target_os = "linux")]
fn has_variable(pid: rustix::process::Pid, is_it: impl Fn(&[u8]) -> bool) -> bool {
    let path = format!("/proc/{}/environ", pid.as_raw_nonzero());
    let environment = std::fs::read(path).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(is_it)
}

#[cfg(not(unix))]
pub(super) async fn end(_group: Option<u32>, _mark: &str) {}

/// Waits until a group that was killed is gone, and ends what left it.
#[cfg(unix)]
pub(super) async fn end(group: Option<rustix::process::Pid>, mark: &str) {
    // A killed process ends as soon as the system lets it; a disk that hangs must not hold this program for ever.
    const ROUNDS: u32 = 500;
    const ROUND: std::time::Duration = std::time::Duration::from_millis(2);
    // A stray that is killed leaves its own children to us, and the system's list of them may miss some while others end:
    // once there was one, only several rounds without any are the end.
    const QUIET: u32 = 5;
    let mut strays = Vec::new();
    let mut quiet = QUIET;
    for _ in 0..ROUNDS {
        let in_group = group.is_some_and(group_lives);
        let found = kill_strays(mark, &mut strays);
        if found || !strays.is_empty() {
            quiet = 0;
        } else if !in_group {
            quiet += 1;
            if quiet > QUIET {
                return;
            }
        }
        tokio::time::sleep(ROUND).await;
    }
}

/// Whether a group, whose leader is reaped, still has members. Those that became our children are reaped here.
#[cfg(unix)]
fn group_lives(group: rustix::process::Pid) -> bool {
    use rustix::process::{WaitOptions, test_kill_process_group, waitpgid};
    while let Ok(Some(_)) = waitpgid(group, WaitOptions::NOHANG) {}
    test_kill_process_group(group).is_ok()
}

/// Kills our children with this mark; whether there were any. Those that are killed and not reaped yet are kept.
#[cfg(target_os = "linux")]
fn kill_strays(mark: &str, killed: &mut Vec<rustix::process::Pid>) -> bool {
    use rustix::process::{Signal, WaitOptions, kill_process, waitpid};
    let mut found = false;
    let marked = format!("{MARK}={mark}");
    for child in children() {
        let is_marked = |variable: &[u8]| variable == marked.as_bytes();
        if !killed.contains(&child) && has_variable(child, is_marked) {
            let _ = kill_process(child, Signal::KILL);
            killed.push(child);
            found = true;
        }
    }
    killed.retain(|child| matches!(waitpid(Some(*child), WaitOptions::NOHANG), Ok(None)));
    found
}

#[cfg(all(unix, not(target_os = "linux")))]
fn kill_strays(_mark: &str, _killed: &mut Vec<rustix::process::Pid>) -> bool {
    false
}

#[cfg(target_os = "linux")]
fn children() -> Vec<rustix::process::Pid> {
    let threads = std::fs::read_dir("/proc/self/task");
    let lists = threads
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let numbers = list.split_ascii_whitespace();
            numbers
                .filter_map(|number| number.parse().ok())
                .filter_map(rustix::process::Pid::from_raw)
                .collect::<Vec<_>>()
        })
        .collect()
}
