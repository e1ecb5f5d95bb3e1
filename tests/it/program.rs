//! The program as its users start it: [`tokio_cmd`] in a folder, and what came of it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

pub(crate) struct Invocation(Command);

#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// A cache folder that is never there: a command that would build something makes it, and is found out. Another one in
/// every run, so that what an older run left does not matter.
pub(crate) fn no_cache() -> PathBuf {
    let run = format!("run-{}", std::process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(run)
        .join("never-made")
}

/// Nothing of this user's settings reaches the program.
pub(crate) fn tokio_cmd(folder: &Path) -> Invocation {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokio-cmd"));
    command.current_dir(folder).stdin(Stdio::null());
    command.env("TOKIO_CMD_CACHE", no_cache());
    command.env("HOME", folder).env("RUST_BACKTRACE", "1");
    for variable in [
        "CLAUDE_CONFIG_DIR",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
    ] {
        command.env_remove(variable);
    }
    Invocation(command)
}

impl Invocation {
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.0.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn command(self) -> Command {
        self.0
    }

    pub(crate) fn ends(mut self) -> Ended {
        let output = self.0.output().expect("the program starts");
        Ended::of(output)
    }

    /// With these bytes on its standard input.
    pub(crate) fn ends_after_reading(mut self, input: &[u8]) -> Ended {
        self.0
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.0.spawn().expect("the program starts");
        let mut stdin = child.stdin.take().unwrap();
        // It may stop to read before the end; that is no failure. It writes nothing before it has read, so that one
        // thread is enough.
        let _ = stdin.write_all(input);
        drop(stdin);
        Ended::of(child.wait_with_output().expect("the program ends"))
    }

    /// Ends with this code, or the test fails and tells all.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ended {
        let shown = format!("{:?}", self.0.get_args().collect::<Vec<_>>());
        let ended = self.ends();
        assert_eq!(ended.code, Some(code), "{shown}: {ended:#?}");
        ended
    }
}

impl Ended {
    fn of(output: std::process::Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("what is printed is UTF-8")
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.text()).expect("one JSON document on stdout")
    }

    /// A refusal: nothing on stdout, one error with its hint on stderr, and nothing that steers a terminal.
    #[track_caller]
    pub(crate) fn is_a_clean_refusal(&self) {
        assert!(self.stdout.is_empty(), "stdout holds {:?}", self.text());
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        assert!(!self.stderr.contains("stack backtrace"), "{}", self.stderr);
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!self.stderr.contains(steers), "{:?}", self.stderr);
    }
}
