//! What a process leaves behind: members of its group that are about to end, and, on Linux, what left the group.

/// Every process of a run has this in its environment, so that those that left their group are known.
pub(super) const MARK: &str = "TOKIO_CMD_RUN";

/// Orphans of what is started become children of this process.
pub(super) fn adopt() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
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
        let path = format!("/proc/{}/environ", child.as_raw_nonzero());
        let environment = std::fs::read(path).unwrap_or_default();
        let mut variables = environment.split(|byte| *byte == 0);
        if !killed.contains(&child) && variables.any(|variable| variable == marked.as_bytes()) {
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
