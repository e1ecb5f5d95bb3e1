//! `/tokio` as people meet it: typed into the pinned Claude Code, whose model is a stub on loopback.
//!
//! What the skill does with an argument is decided by the client (it splices the text into a shell
//! line) and by bash, so only the client itself can prove that a question arrives unharmed and that
//! nothing in it is ever executed. No request leaves the machine and no account is needed.
//!
//! [`Client`] is all that a test needs: `Client::start().slash("channels").user_text`.

// Process groups are how a stuck client is ended; the pinned package is for Linux anyway.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test starts programs, writes its own files, and fails by panicking"
)]

mod cases;
mod pinned;
mod process;
mod sandbox;
mod skill;
mod stub;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use sandbox::{Call, Sandbox};
use skill::Skill;
use stub::Stub;

/// One Claude Code with its own home, its own project and its own model.
struct Client {
    claude: PathBuf,
    sandbox: Sandbox,
    api: Stub,
}

/// What came of one line typed into the client.
struct Turn {
    /// All user-message text that reached the model; empty when nothing did.
    user_text: String,
    /// What the client printed for its user.
    stdout_json: Value,
    exit: Option<i32>,
    /// What the skill's shell block made of the argument, one entry per start of tokio-cmd.
    calls: Vec<Call>,
}

impl Client {
    /// A client in a project where `tokio-cmd install --agent claude --scope project` was run.
    fn start() -> Self {
        let client = Self {
            claude: pinned::claude(),
            sandbox: Sandbox::new(),
            api: Stub::start(),
        };
        client.tokio_cmd(&["install", "--agent", "claude", "--scope", "project"], "");
        client
    }

    /// The same, on a machine that lost the program after the skill was installed.
    fn start_without_tokio_cmd() -> Self {
        let client = Self::start();
        client.sandbox.remove_tokio_cmd();
        client
    }

    /// Types `/tokio ARGUMENTS`.
    fn slash(&self, arguments: &str) -> Turn {
        let line = format!("/tokio {arguments}");
        let output = self.claude(["-p", &line, "--output-format", "json"]);
        let stdout_json = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("no JSON from the client ({error}): {output:?}"));
        Turn {
            user_text: self.api.take_user_text(),
            stdout_json,
            exit: output.status.code(),
            calls: self.sandbox.take_calls(),
        }
    }

    /// What the program itself prints for `question`, given exactly on its standard input.
    fn ask(&self, question: &str) -> String {
        self.tokio_cmd(&["ask", "--stdin"], question)
    }

    /// The skill as installed.
    fn skill(&self) -> Skill {
        Skill::read(&self.sandbox.skill())
    }

    /// Runs the client with any arguments.
    fn claude<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        let mut command = Command::new(&self.claude);
        command.args(arguments);
        self.sandbox.enter(&mut command);
        command
            // Else it leaves folders behind in the machine's own /tmp.
            .env("CLAUDE_CODE_TMPDIR", self.sandbox.tmp())
            .env("ANTHROPIC_BASE_URL", self.api.url())
            .env("ANTHROPIC_API_KEY", "no-key-needed-for-a-stub")
            .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
            .env("DISABLE_AUTOUPDATER", "1")
            .env("DISABLE_TELEMETRY", "1");
        process::run(command, "")
    }

    /// Runs the binary under test from the project, past the recorder.
    fn tokio_cmd(&self, arguments: &[&str], stdin: &str) -> String {
        let mut command = Command::new(sandbox::TOKIO_CMD);
        command.args(arguments);
        self.sandbox.enter(&mut command);
        let output = process::run(command, stdin);
        assert!(
            output.status.success(),
            "tokio-cmd {arguments:?}: {output:?}"
        );
        String::from_utf8(output.stdout).expect("tokio-cmd writes UTF-8")
    }
}
