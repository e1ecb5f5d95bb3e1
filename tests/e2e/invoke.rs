//! Starts what the tests watch: the program, with one cache for all of them, and cargo, with a target folder for each
//! purpose.
//!
//! [`tokio_cmd`] and [`cargo`] are all that a test needs: `tokio_cmd(folder).args(["list"]).passes().json()`.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test starts programs and fails by panicking"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Something that is about to be started.
pub(crate) struct Invocation(Command);

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The repository that is tested.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder that outlives the run, so that the next one need not build again.
pub(crate) fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The program, in a folder that it takes for its user's.
pub(crate) fn tokio_cmd(folder: &Path) -> Invocation {
    tokio_cmd_at(Path::new(env!("CARGO_BIN_EXE_tokio-cmd")), folder)
}

/// The same for another build of it.
pub(crate) fn tokio_cmd_at(program: &Path, folder: &Path) -> Invocation {
    start(program, folder).env("TOKIO_CMD_CACHE", kept("cache"))
}

/// Cargo as users call it. Crates that are there already are not fetched again; in a fresh clone those that a lock file
/// names are fetched once.
pub(crate) fn cargo(folder: &Path, target: &Path) -> Invocation {
    start(Path::new("cargo"), folder).env("CARGO_TARGET_DIR", target)
}

/// Any other program.
pub(crate) fn start(program: &Path, folder: &Path) -> Invocation {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    // A git hook that runs the tests says with these that every repository is its own.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
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

    /// For a test that does more with the process than wait for it.
    pub(crate) fn command(self) -> Command {
        self.0
    }

    /// Waits for its end.
    pub(crate) fn ends(mut self) -> Ended {
        let output = self.0.output().unwrap_or_else(|error| {
            let program = self.0.get_program().display();
            panic!("{program} is not to be started: {error}\n\ninstall it, or put it on the PATH")
        });
        let text = |bytes| String::from_utf8(bytes).expect("programs write UTF-8");
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Waits for its end, which must be a good one.
    pub(crate) fn passes(self) -> Ended {
        let shown = format!("{:?}", self.0);
        let ended = self.ends();
        assert_eq!(ended.code, Some(0), "{shown}\n{ended}");
        ended
    }
}

impl Ended {
    pub(crate) fn json(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON on stdout ({error})\n{self}"));
        assert_eq!(document["format"], 1, "{self}");
        document
    }

    /// The code of an error that was asked for in JSON.
    pub(crate) fn error(&self) -> String {
        let document: Value = serde_json::from_str(&self.stderr)
            .unwrap_or_else(|error| panic!("no JSON on stderr ({error})\n{self}"));
        text(&document["error"]["code"]).to_owned()
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "code {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

/// What the catalogue holds of one sort: `snippet`, `mistake`, `template`.
pub(crate) fn ids(sort: &str) -> Vec<String> {
    let list = tokio_cmd(repository())
        .args(["list", "--format", "json"])
        .passes()
        .json();
    let of_sort = items(&list["entries"]).filter(|entry| entry["kind"] == sort);
    let ids: Vec<_> = of_sort.map(|entry| text(&entry["id"]).to_owned()).collect();
    // A test over all of nothing would pass.
    assert!(!ids.is_empty(), "{list}");
    ids
}

pub(crate) fn items(list: &Value) -> impl Iterator<Item = &Value> {
    let items = list.as_array();
    items.unwrap_or_else(|| panic!("no list: {list}")).iter()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
