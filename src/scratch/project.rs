//! `check template` and `test template`: a generated project through cargo, in a folder of the cache.

use std::path::Path;
use std::time::Instant;

use super::check::summary;
use super::supervise::{Command, Supervisor};
use super::{Engine, cargo, diagnostics, files};
use crate::error::Problem;
use crate::render::parameters::Files;
use crate::report::{Checked, Checks, Verdict};

/// What is asked of a project that is tested; `check` asks the first.
const STEPS: [&[&str]; 3] = [
    &[
        "check",
        "--locked",
        "--all-targets",
        "--message-format",
        "json",
    ],
    &[
        "clippy",
        "--locked",
        "--all-targets",
        "--message-format",
        "json",
        "--",
        "-D",
        "warnings",
    ],
    &["test", "--locked", "--message-format", "json"],
];

impl Engine {
    pub(crate) async fn check_project(
        &self,
        id: &str,
        project: &Files,
        tests: bool,
    ) -> anyhow::Result<Checks> {
        let begun = Instant::now();
        let folder = self.cache.scratch_folder()?;
        files::write_all(folder.path(), project)
            .map_err(|error| Problem::io(folder.path(), &error))?;
        let mut checked = Checked {
            sort: "template",
            id: id.to_owned(),
            verdict: Verdict::Pass,
            cached: false,
            seconds: 0.0,
            diagnostics: Vec::new(),
            findings: Vec::new(),
        };
        let steps = if tests { &STEPS[1..] } else { &STEPS[..1] };
        for step in steps {
            self.listener
                .progress(&format!("cargo {} of {id}", step[0]));
            let run = self.cargo(folder.path(), step).await?;
            if run.ended.succeeded() {
                continue;
            }
            checked.verdict = Verdict::Fail;
            checked.diagnostics.extend(run.diagnostics());
            // What is no message of the compiler: the output of the tests.
            let said = run.ended.stdout_text();
            let own: Vec<_> = said.lines().filter(|line| !line.starts_with('{')).collect();
            checked.findings.push(format!(
                "cargo {}: {}\n{}",
                step[0],
                cargo::said(&run.ended),
                own.join("\n")
            ));
            if checked.diagnostics.is_empty() && own.is_empty() {
                checked
                    .diagnostics
                    .push(diagnostics::plain(run.ended.stderr_text().trim()));
            }
            break;
        }
        checked.seconds = begun.elapsed().as_secs_f64();
        let verb = if tests { "test" } else { "check" };
        Ok(summary(vec![checked], self, verb))
    }
}

/// Makes an empty repository of a folder.
///
/// # Errors
/// [`Problem`] when there is no git, or it fails.
pub(crate) async fn git_init(supervisor: &Supervisor, folder: &Path) -> anyhow::Result<()> {
    let ended = supervisor
        .capture(
            Command::new("git")
                .arguments(&["init", "--quiet"])
                .folder(folder),
        )
        .await
        .map_err(|error| {
            let missing = error
                .downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
            if missing {
                Problem::tool_missing("git", "install it, or use `--vcs none`").into()
            } else {
                error
            }
        })?;
    if ended.succeeded() {
        return Ok(());
    }
    let said = ended.stderr_text();
    let first = said
        .lines()
        .next()
        .unwrap_or("it failed without a word")
        .to_owned();
    Err(Problem::environment(
        "git",
        format!("`git init` failed: {first}"),
        "use `--vcs none`",
    )
    .into())
}
