//! Proves mistakes: each fails in the very way that it says.

use std::time::{Duration, Instant};

use super::alone::Alone;
use super::prove::{Findings, how};
use super::supervise::{Ended, Ending, KEPT, Output};
use super::unit::{Built, Mode};
use super::{Engine, Job, pattern, record};
use crate::catalog::manifest::{Fails, MistakeManifest};
use crate::report::Checked;

/// How long a program that hangs must be silent after it said `reached`.
const SILENCE: Duration = Duration::from_secs(2);

impl Engine {
    pub(crate) async fn prove_mistake(
        &self,
        job: &Job,
        mistake: &MistakeManifest,
        repeat: u32,
    ) -> anyhow::Result<Checked> {
        let begun = Instant::now();
        let mut found = Findings {
            cached: true,
            ..Findings::default()
        };
        let main = format!("mistakes/{}", mistake.file);
        let mode = match mistake.fails {
            Fails::Compile => Mode::Check,
            Fails::Lint => Mode::Lint,
            Fails::Panic | Fails::Hang | Fails::Output => Mode::Program,
        };
        let built = self.build_any(job, &main, Some(mistake), mode).await?;
        if matches!(mistake.fails, Fails::Compile | Fails::Lint) {
            found.cached &= built.cached;
            if let Err(why) = self.refused_as_it_says(job, mistake, &built) {
                found.findings.push(why);
            }
        } else if let Some(program) = found.built("the mistake", built) {
            for _ in 0..repeat {
                let output = match mistake.fails {
                    Fails::Hang => Output::UntilSilentAfter("reached", SILENCE),
                    _ => Output::Captured(KEPT),
                };
                let ended = self.execute(&program, &[], output).await?;
                if let Err(why) = fails_as_it_says(mistake, &ended) {
                    found.findings.push(format!(
                        "{why}\n{}{}",
                        ended.stdout_text(),
                        ended.stderr_text()
                    ));
                    break;
                }
            }
        }
        Ok(found.into_checked(
            "mistake",
            format!("{}/{}", job.entry.id, mistake.stem()),
            begun,
        ))
    }

    /// With exactly its own dependencies every mistake that runs can be built, and every other is refused as it says; what
    /// is wrong otherwise.
    ///
    /// # Errors
    /// As for [`Self::build_alone`].
    pub(crate) async fn check_mistakes_alone(&self, job: &Job) -> anyhow::Result<Vec<String>> {
        let mut wrong = Vec::new();
        for mistake in &job.entry.manifest.mistake {
            let what = match mistake.fails {
                Fails::Lint => Alone::Lint,
                _ => Alone::CheckProgram,
            };
            let main = format!("mistakes/{}", mistake.file);
            let replaced = mistake.dependencies.as_ref();
            let built = self
                .build_alone(&job.entry, &job.files, &main, replaced, what)
                .await?;
            let right = match mistake.fails {
                Fails::Compile | Fails::Lint => self.refused_as_it_says(job, mistake, &built),
                _ if built.passed => Ok(()),
                _ => Err(format!("it does not build\n{}", rendered(&built))),
            };
            if let Err(why) = right {
                wrong.push(format!("{main} with its own dependencies: {why}"));
            }
        }
        Ok(wrong)
    }

    /// Whether rustc or clippy refuses it with the code and the words that it says.
    fn refused_as_it_says(
        &self,
        job: &Job,
        mistake: &MistakeManifest,
        built: &Built,
    ) -> Result<(), String> {
        if built.passed {
            return Err("the mistake compiles".to_owned());
        }
        let said = rendered(built);
        let has_code = |code: &str| {
            built
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code.as_deref() == Some(code))
        };
        if let Some(code) = mistake.code.as_deref().or(mistake.lint.as_deref())
            && !has_code(code)
        {
            return Err(format!("the mistake is not refused with `{code}`\n{said}"));
        }
        // Another compiler may say it in other words; the code is then what counts.
        let other_compiler = mistake.code.is_some()
            && job
                .entry
                .proof()
                .is_some_and(|proof| proof.rustc != record::number(&self.toolchain.version));
        if pattern::contains(&said, &mistake.message) || other_compiler {
            return Ok(());
        }
        Err(format!(
            "the mistake is refused, but not with `{}`\n{said}",
            mistake.message
        ))
    }
}

fn rendered(built: &Built) -> String {
    built
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rendered.as_str())
        .collect()
}

fn fails_as_it_says(mistake: &MistakeManifest, ended: &Ended) -> Result<(), String> {
    const PANICKED: Ending = Ending::Exited(101);
    let right = match mistake.fails {
        Fails::Panic => {
            ended.ending == PANICKED && pattern::contains(&ended.stderr_text(), &mistake.message)
        }
        Fails::Hang => ended.ending == Ending::Silent,
        _ => pattern::contains(&ended.stdout_text(), &mistake.message),
    };
    if right {
        return Ok(());
    }
    let expected = match mistake.fails {
        Fails::Hang => "hang after it said `reached`".to_owned(),
        Fails::Panic => format!("panic with `{}`", mistake.message),
        _ => format!("print `{}`", mistake.message),
    };
    Err(format!(
        "the mistake should {expected}, but it {}",
        how(ended)
    ))
}
