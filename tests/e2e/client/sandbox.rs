//! The folders of one client: a fresh home, a project, and the PATH folder with the program.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(super) const TOKIO_CMD: &str = env!("CARGO_BIN_EXE_tokio-cmd");

/// One start of tokio-cmd by the client.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) arguments: Vec<String>,
    pub(super) stdin: String,
}

pub(super) struct Sandbox {
    root: TempDir,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        // Not below the repository: the client looks for skills in every parent folder.
        let root = tempfile::Builder::new()
            .prefix("tokio-cmd-client-")
            .tempdir()
            .expect("a temporary folder");
        for folder in ["home", "project/src", "bin", "calls", "tmp"] {
            // The client refuses a folder for its own temporary files that others can read.
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(root.path().join(folder))
                .expect("a folder in the temporary one");
        }
        let sandbox = Self { root };
        // A crate, as people have one; nothing here builds it.
        let manifest = "[package]\nname = \"visited\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        fs::write(sandbox.project().join("Cargo.toml"), manifest).expect("a manifest");
        fs::write(sandbox.project().join("src/lib.rs"), "").expect("a source file");
        sandbox.write_recorder();
        sandbox
    }

    /// Gives `command` this sandbox's folders, and nothing of the tester's own settings.
    pub(super) fn enter(&self, command: &mut Command) {
        let path = format!("{}:/usr/bin:/bin", self.folder("bin").display());
        command
            .current_dir(self.project())
            .env_clear()
            .env("HOME", self.folder("home"))
            .env("PATH", path);
    }

    pub(super) fn project(&self) -> PathBuf {
        self.folder("project")
    }

    pub(super) fn tmp(&self) -> PathBuf {
        self.folder("tmp")
    }

    pub(super) fn skill(&self) -> PathBuf {
        self.project().join(".claude/skills/tokio/SKILL.md")
    }

    pub(super) fn remove_tokio_cmd(&self) {
        fs::remove_file(self.recorder()).expect("the program was there");
    }

    /// Whether anything called `name` was made anywhere in the sandbox.
    pub(super) fn holds(&self, name: &str) -> bool {
        fn search(folder: &Path, name: &str) -> bool {
            let entries = fs::read_dir(folder).expect("a folder of the sandbox");
            entries.flatten().any(|entry| {
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                entry.file_name() == name || is_folder && search(&entry.path(), name)
            })
        }
        search(self.root.path(), name)
    }

    /// The calls since the last time this was asked.
    pub(super) fn take_calls(&self) -> Vec<Call> {
        let entries = fs::read_dir(self.folder("calls")).expect("the folder of calls");
        entries
            .map(|entry| {
                let call = entry.expect("a recorded call").path();
                let read = |name| fs::read_to_string(call.join(name)).expect("a recorded text");
                let recorded = Call {
                    arguments: read("arguments").lines().map(str::to_owned).collect(),
                    stdin: read("stdin"),
                };
                fs::remove_dir_all(&call).expect("a call is forgotten once told");
                recorded
            })
            .collect()
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn recorder(&self) -> PathBuf {
        self.folder("bin").join("tokio-cmd")
    }

    /// Puts a script before the binary that keeps what it was started with: two questions may have
    /// the same answer, and only the very bytes tell whether the argument arrived unharmed.
    ///
    /// Only `--stdin` reads the standard input, which the client never closes. The client gives its
    /// shell a session of its own, out of reach for the limit on the client: hence `timeout`.
    fn write_recorder(&self) {
        let script = format!(
            r#"#!/bin/sh
set -e
call='{calls}'/$$
mkdir "$call"
printf '%s\n' "$@" >"$call/arguments"
: >"$call/stdin"
case " $* " in *' --stdin '*) cat >"$call/stdin" ;; esac
exec timeout -s KILL 30 '{TOKIO_CMD}' "$@" <"$call/stdin"
"#,
            calls = self.folder("calls").display(),
        );
        fs::write(self.recorder(), script).expect("the recorder");
        let executable = Permissions::from_mode(0o755);
        fs::set_permissions(self.recorder(), executable).expect("an executable recorder");
    }
}
