//! A process to start, and what it sees of the user's environment.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::leftovers::MARK;

/// A process to start. Its standard input is empty unless said otherwise.
pub(crate) struct Command {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
    set: Vec<(OsString, OsString)>,
    removed: Vec<OsString>,
    stdin: Input,
    memory: Option<u64>,
    mark: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Empty,
    /// Ours is passed on; it is no terminal.
    Inherited,
    /// The terminal: the process then stays in our group, since a background group that reads it is stopped.
    Terminal,
}

impl Command {
    pub(crate) fn new(program: impl Into<PathBuf>) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        Self {
            program: program.into(),
            arguments: Vec::new(),
            folder: None,
            set: Vec::new(),
            removed: Vec::new(),
            stdin: Input::Empty,
            memory: None,
            mark: format!("{}-{number}", session()),
        }
    }

    /// A tool that builds: no variable of the user's may change what it makes.
    pub(crate) fn tool(program: impl Into<PathBuf>) -> Self {
        let mut command = Self::new(program);
        let names = std::env::vars_os().map(|(name, _)| name);
        command.removed = names.filter(|name| changes_builds(name)).collect();
        command
    }

    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(crate) fn arguments(mut self, arguments: &[impl AsRef<OsStr>]) -> Self {
        let arguments = arguments.iter().map(|one| one.as_ref().to_owned());
        self.arguments.extend(arguments);
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    pub(crate) fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.set
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn without_variable(mut self, name: impl AsRef<OsStr>) -> Self {
        self.removed.push(name.as_ref().to_owned());
        self
    }

    pub(crate) fn stdin(mut self, stdin: Input) -> Self {
        self.stdin = stdin;
        self
    }

    /// How many bytes each of its processes may take.
    pub(crate) fn memory(mut self, limit: Option<u64>) -> Self {
        self.memory = limit;
        self
    }

    /// Sets what a process that has just started may take. What it has by then counts, too.
    #[cfg(target_os = "linux")]
    pub(super) fn limit(&self, child: Option<u32>) -> std::io::Result<()> {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let id = child.and_then(|id| i32::try_from(id).ok());
        if let (Some(most), Some(pid)) = (self.memory, id.and_then(Pid::from_raw)) {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            prlimit(Some(pid), Resource::Data, limit)?;
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn limit(&self, _child: Option<u32>) -> std::io::Result<()> {
        if self.memory.is_none() {
            return Ok(());
        }
        Err(std::io::ErrorKind::Unsupported.into())
    }

    /// Whether it leads a group of its own.
    pub(super) fn leads_group(&self) -> bool {
        self.stdin != Input::Terminal
    }

    /// What all that it starts has in its environment.
    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    pub(super) fn build(&self, stdout: Stdio, stderr: Stdio) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true);
        command.stdin(if self.stdin == Input::Empty {
            Stdio::null()
        } else {
            Stdio::inherit()
        });
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        for name in &self.removed {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
        command.env(MARK, &self.mark);
        #[cfg(unix)]
        if self.leads_group() {
            command.process_group(0);
        }
        command
    }
}

/// Names this invocation: what it starts, all of it and nothing else, is known by this.
pub(super) fn session() -> &'static str {
    static SESSION: OnceLock<String> = OnceLock::new();
    SESSION.get_or_init(|| {
        // The number alone is another's after a while.
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let since = since.map_or(0, |since| since.as_nanos());
        format!("{}-{since}", std::process::id())
    })
}

/// Whether a variable is a setting of cargo, rustc or clippy. Where cargo keeps its crates and how it reaches a registry is
/// the user's to say.
fn changes_builds(name: &OsStr) -> bool {
    const USERS: [&str; 7] = [
        "CARGO_HOME",
        "CARGO_CREDENTIAL_",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTRIES_",
        "CARGO_REGISTRY_",
        "CARGO_SOURCE_",
    ];
    const SETTINGS: [&str; 7] = [
        "CARGO",
        "CLIPPY_",
        "RUSTC",
        "RUSTDOC",
        "RUSTFLAGS",
        "SYSROOT",
        "__CARGO",
    ];
    let name = name.to_string_lossy();
    let begins = |prefix: &&str| name.starts_with(*prefix);
    SETTINGS.iter().any(begins) && !USERS.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_builds_is_told_from_where_crates_come_from() {
        let changes = |name: &str| changes_builds(OsStr::new(name));
        assert!(changes("CARGO_PROFILE_DEV_PANIC"));
        assert!(changes("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER"));
        assert!(changes("CARGO_BUILD_RUSTFLAGS"));
        assert!(changes("RUSTFLAGS"));
        assert!(changes("RUSTC_BOOTSTRAP"));
        assert!(!changes("CARGO_HOME"));
        assert!(!changes("CARGO_REGISTRIES_COMPANY_TOKEN"));
        assert!(!changes("RUSTUP_TOOLCHAIN"));
        assert!(!changes("PATH"));
    }
}
