//! `check template` and `test template`: a generated project through cargo, in a folder of the cache.

use std::path::Path;
use std::time::Instant;

use super::cargo::{self, Ask};
use super::check::summary;
use super::key::Key;
use super::supervise::{Command, Supervisor};
use super::{Engine, cache, diagnostics, files, misfit, trouble};
use crate::error::Problem;
use crate::render::parameters::Files;
use crate::report::{Checked, Checks, Verdict};

/// What is asked of a project that is tested; `check` asks the first. Clippy goes by the project's own configuration.
const STEPS: [(&str, &[&str]); 4] = [
    ("cargo check", &["check", "--all-targets"]),
    ("cargo clippy", &["check", "--all-targets"]),
    ("cargo test", &["test", "--no-run"]),
    ("cargo test", &["test"]),
];
const CLIPPY: (&str, &[&str]) = ("cargo clippy", &["-Dwarnings"]);

impl Engine {
    pub(crate) async fn check_project(
        &self,
        id: &str,
        project: &Files,
        tests: bool,
    ) -> anyhow::Result<Checks> {
        let (checked, _held) = self
            .with_families(&Vec::new(), |engine| async move {
                engine.check_project_once(id, project, tests).await
            })
            .await?;
        let verb = if tests { "test" } else { "check" };
        Ok(summary(vec![checked], self, verb))
    }

    async fn check_project_once(
        &self,
        id: &str,
        project: &Files,
        tests: bool,
    ) -> anyhow::Result<Checked> {
        let begun = Instant::now();
        let folder = self.project_folder(id, project)?;
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
        for (name, step) in steps {
            self.listener.progress(&format!("{name} of {id}"));
            let mut arguments = step.to_vec();
            arguments.extend(["--locked", "--profile", "scratch"]);
            arguments.extend(["--message-format", cargo::MESSAGES]);
            let mut ask = Ask::new(&folder, &arguments);
            if *name == CLIPPY.0 {
                ask.lints = Some((CLIPPY.1, &folder));
            }
            let run = self.cargo(&ask).await?;
            if run.ended.succeeded() {
                continue;
            }
            checked.verdict = Verdict::Fail;
            checked.diagnostics = run.diagnostics();
            misfit::look(&checked.diagnostics, false, None)?;
            // What is no message of the compiler: the output of the tests.
            let said = run.ended.stdout_text();
            let own: Vec<_> = said.lines().filter(|line| !line.starts_with('{')).collect();
            let cargo_said = cargo::said(&run.ended);
            let finding = format!("{name}: {cargo_said}\n{}", own.join("\n"));
            checked.findings.push(finding);
            if checked.diagnostics.is_empty() && own.is_empty() {
                let text = run.ended.stderr_text();
                checked.diagnostics.push(diagnostics::plain(text.trim()));
            }
            break;
        }
        checked.seconds = begun.elapsed().as_secs_f64();
        Ok(checked)
    }

    /// The same project lies in the same folder, so that cargo finds what it has built.
    fn project_folder(&self, id: &str, project: &Files) -> Result<std::path::PathBuf, Problem> {
        let key = project
            .iter()
            .fold(Key::new("project"), |key, (path, text)| {
                key.with(path).with(text.as_bytes())
            })
            .finish();
        let folder = self.cache.projects().join(format!("{id}-{key}"));
        let files = project
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_ref()));
        // Without one clippy looks for a configuration in the folders around the cache.
        let has_own = ["clippy.toml", ".clippy.toml"]
            .iter()
            .any(|name| project.contains_key(*name));
        let files = files.chain((!has_own).then_some(("clippy.toml", "")));
        files::settle(&folder, files, self.fresh)
            .map_err(|error| cache::problem(&folder, &error))?;
        Ok(folder)
    }
}

/// Makes an empty repository of a folder.
///
/// # Errors
/// [`Problem`] when there is no git, or it fails.
pub(crate) async fn git_init(supervisor: &Supervisor, folder: &Path) -> anyhow::Result<()> {
    const WITHOUT: &str = "use `--vcs none`";
    let command = Command::new("git")
        .arguments(&["init", "--quiet"])
        .folder(folder)
        // A git hook says with these which repository is meant; this one is new.
        .without_variable("GIT_DIR")
        .without_variable("GIT_WORK_TREE");
    let ended = supervisor
        .capture(&command)
        .await
        .map_err(|error| trouble::not_started("git", "install it, or use `--vcs none`", error))?;
    if ended.succeeded() {
        return Ok(());
    }
    let said = ended.stderr_text();
    let first = said.lines().next().unwrap_or("it failed without a word");
    let message = format!("`git init` failed: {first}");
    Err(Problem::environment("git", message, WITHOUT).into())
}
