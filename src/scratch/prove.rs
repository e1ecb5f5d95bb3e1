//! `test`: proves entries. A snippet compiles, is clean by the house's lints, prints what `stdout.txt` says and passes its
//! tests; its parameters take effect; each of its mistakes fails as it says.

use std::path::Path;
use std::time::{Duration, Instant};

use super::alone::Alone;
use super::check::summary;
use super::family::Variant;
use super::supervise::{Command, Ended, Ending, KEPT, Output};
use super::unit::{Built, Mode};
use super::{Engine, Job, pattern, record};
use crate::catalog::manifest::MistakeManifest;
use crate::report::{Checked, Checks, Diagnostic, Verdict};

/// A proof that takes longer is broken, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// What is found while one entry is proven.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) findings: Vec<String>,
    pub(crate) cached: bool,
}

impl Findings {
    pub(crate) fn none(&self) -> bool {
        self.diagnostics.is_empty() && self.findings.is_empty()
    }

    /// Takes over what a build says; gives the program if it is there.
    pub(crate) fn built(&mut self, what: &str, built: Built) -> Option<std::path::PathBuf> {
        self.cached &= built.cached;
        if built.passed {
            return Some(built.program);
        }
        self.findings.push(format!("{what} does not pass"));
        for diagnostic in built.diagnostics {
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        }
        None
    }

    pub(crate) fn into_checked(self, sort: &'static str, id: String, begun: Instant) -> Checked {
        Checked {
            sort,
            id,
            verdict: if self.none() {
                Verdict::Pass
            } else {
                Verdict::Fail
            },
            cached: self.cached,
            seconds: begun.elapsed().as_secs_f64(),
            diagnostics: self.diagnostics,
            findings: self.findings,
        }
    }
}

impl Engine {
    pub(crate) async fn test_all(
        self,
        jobs: Vec<Job>,
        repeat: u32,
        record: Option<&Path>,
    ) -> anyhow::Result<Checks> {
        let folder = record.map(|folder| self.folder.join(folder));
        let mut entries = self
            .each(jobs, &[Variant::Run, Variant::Test], move |engine, job| {
                let folder = folder.clone();
                async move {
                    let mut checked = engine.prove_snippet(&job, repeat).await?;
                    for mistake in &job.entry.manifest.mistake {
                        checked.push(engine.prove_mistake(&job, mistake, repeat).await?);
                    }
                    let proven = checked.iter().all(|entry| entry.verdict == Verdict::Pass);
                    if let Some(folder) = folder.filter(|_| proven) {
                        record::write(&folder, &job.entry, &engine.toolchain.version)?;
                    }
                    Ok(checked)
                }
            })
            .await?;
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(summary(entries, &self, "test"))
    }

    async fn prove_snippet(&self, job: &Job, repeat: u32) -> anyhow::Result<Vec<Checked>> {
        let begun = Instant::now();
        let mut found = Findings {
            cached: true,
            ..Findings::default()
        };
        let program = self.build_any(job, "main.rs", None, Mode::Program).await?;
        let program = found.built("the program", program);
        if job.entry.family.is_some() {
            found.built("clippy", self.build_main(job, "main.rs", Mode::Lint).await?);
            found.built(
                "clippy of the tests",
                self.build_main(job, "main.rs", Mode::LintTests).await?,
            );
        }
        let tests = self.build_any(job, "main.rs", None, Mode::Tests).await?;
        let tests = found.built("the build of the tests", tests);
        for _ in 0..repeat {
            if let Some(program) = &program {
                self.prove_output(job, program, &mut found).await?;
            }
            if let Some(tests) = &tests {
                self.prove_tests(tests, &mut found).await?;
            }
            if !found.none() {
                break;
            }
        }
        if found.none() {
            self.prove_parameters(job, &mut found).await?;
        }
        Ok(vec![found.into_checked(
            "snippet",
            job.entry.id.clone(),
            begun,
        )])
    }

    /// Through rustc where the entry has a family, through cargo where it has none.
    pub(crate) async fn build_any(
        &self,
        job: &Job,
        main: &str,
        mistake: Option<&MistakeManifest>,
        mode: Mode,
    ) -> anyhow::Result<Built> {
        let replaced = mistake.and_then(|mistake| mistake.dependencies.as_ref());
        if replaced.is_none() && job.entry.family.is_some() {
            return self.build_main(job, main, mode).await;
        }
        let what = match mode {
            Mode::Tests | Mode::LintTests => Alone::Tests,
            Mode::Program => Alone::Program,
            Mode::Check => Alone::CheckProgram,
            Mode::Lint => Alone::Lint,
        };
        self.build_alone(&job.entry, &job.files, main, replaced, what)
            .await
    }

    async fn prove_output(
        &self,
        job: &Job,
        program: &Path,
        found: &mut Findings,
    ) -> anyhow::Result<()> {
        let ended = self.execute(program, &[], Output::Captured(KEPT)).await?;
        let expected = job.entry.file("stdout.txt");
        let said = ended.stdout_text();
        if !ended.succeeded() {
            found.findings.push(format!(
                "the program {}\n{}{}",
                how(&ended),
                said,
                ended.stderr_text()
            ));
        } else if !pattern::matches(expected, &said) {
            found.findings.push(format!("the program does not print what stdout.txt says\n--- stdout.txt\n{expected}--- it prints\n{said}"));
        }
        Ok(())
    }

    async fn prove_tests(&self, tests: &Path, found: &mut Findings) -> anyhow::Result<()> {
        let ended = self.execute(tests, &[], Output::Captured(KEPT)).await?;
        let said = ended.stdout_text();
        if !ended.succeeded() {
            found.findings.push(format!(
                "the tests: {}\n{said}{}",
                how(&ended),
                ended.stderr_text()
            ));
        } else if said.contains("running 0 tests") {
            found.findings.push("it has no tests".to_owned());
        }
        Ok(())
    }

    /// Runs what was built, in a folder of its own, with an environment that no setting of the user's reaches.
    pub(crate) async fn execute(
        &self,
        program: &Path,
        arguments: &[&str],
        output: Output,
    ) -> anyhow::Result<Ended> {
        let folder = self.cache.scratch_folder()?;
        let command = Command::new(program)
            .arguments(arguments)
            .folder(folder.path())
            .memory(self.memory)
            .without_variable("TOKIO_WORKER_THREADS")
            .without_variable("RUST_TEST_THREADS")
            .without_variable("RUST_LOG")
            .without_variable("RUST_LIB_BACKTRACE")
            .variable("RUST_BACKTRACE", "0");
        self.supervisor.run(&command, output, Some(LIMIT)).await
    }
}

pub(crate) fn how(ended: &Ended) -> String {
    match ended.ending {
        Ending::Exited(code) => format!("ended with code {code}"),
        Ending::Signalled(signal) => format!("was ended by signal {signal}"),
        Ending::TimeLimit => format!("did not end within {LIMIT:?}"),
        Ending::Unread | Ending::Unwritable(_) | Ending::Silent => "fell silent".to_owned(),
    }
}
