//! `check`: what rustc says of entries, several at once.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::alone::Alone;
use super::family::{Variant, Wanted};
use super::unit::{Built, Mode, Unit};
use super::{Engine, Job, shown_as};
use crate::report::{Checked, Checks, Verdict};

impl Engine {
    pub(crate) async fn check_all(self, jobs: Vec<Job>, via_cargo: bool) -> anyhow::Result<Checks> {
        let mut entries = Vec::new();
        let mut jobs = jobs;
        if !via_cargo {
            jobs = self.check_kept(jobs, &mut entries)?;
            if !jobs.is_empty() {
                self.supervisor.prepare();
            }
            jobs = self.check_batches(jobs, &mut entries).await?;
        }
        let variants: &[Variant] = if via_cargo { &[] } else { &[Variant::Run] };
        let rest = self
            .each(jobs, variants, move |engine, job| async move {
                let begun = Instant::now();
                let built = engine.check_one(&job, via_cargo).await?;
                let findings = if via_cargo {
                    engine.check_mistakes_alone(&job).await?
                } else {
                    Vec::new()
                };
                Ok(vec![checked(&job, built, findings, begun.elapsed())])
            })
            .await?;
        entries.extend(rest);
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(summary(entries, &self, "check"))
    }

    /// What was checked before is answered at once: no lock, no dependencies, no process. Gives the other jobs.
    fn check_kept(&self, jobs: Vec<Job>, entries: &mut Vec<Checked>) -> anyhow::Result<Vec<Job>> {
        let mut rest = Vec::new();
        for job in jobs {
            let begun = Instant::now();
            match self.kept_main(&job, "main.rs", Mode::Check)? {
                Some(built) => entries.push(checked(&job, built, Vec::new(), begun.elapsed())),
                None => rest.push(job),
            }
        }
        Ok(rest)
    }

    /// What is kept of a file of a job that has a family.
    pub(crate) fn kept_main(
        &self,
        job: &Job,
        main: &str,
        mode: Mode,
    ) -> anyhow::Result<Option<Built>> {
        let Some(family) = &job.entry.family else {
            return Ok(None);
        };
        let dependencies = self.family_key(family, mode.variant())?;
        let unit = Unit {
            shown_as: &shown_as(&job.entry),
            files: &job.files,
            main,
            mode,
        };
        Ok(self.kept(&self.key_of(&unit, &dependencies)))
    }

    async fn check_one(&self, job: &Job, via_cargo: bool) -> anyhow::Result<Built> {
        if via_cargo || job.entry.family.is_none() {
            return self.check_alone(job).await;
        }
        self.build_main(job, "main.rs", Mode::Check).await
    }

    /// The program first, and without its tests: one call of cargo unifies the features of all that it builds, so that
    /// the program would get those of the dev-dependencies, which it has not where it is used.
    async fn check_alone(&self, job: &Job) -> anyhow::Result<Built> {
        let (entry, files, main) = (&job.entry, &job.files, "main.rs");
        let program = self
            .build_alone(entry, files, main, None, Alone::CheckProgram)
            .await?;
        if !program.passed {
            return Ok(program);
        }
        let mut built = self
            .build_alone(entry, files, main, None, Alone::Check)
            .await?;
        built.cached &= program.cached;
        for diagnostic in program.diagnostics {
            if !built.diagnostics.contains(&diagnostic) {
                built.diagnostics.push(diagnostic);
            }
        }
        Ok(built)
    }

    /// Builds a file of a job against its family, which is built. The cache's lock is held.
    pub(crate) async fn build_main(
        &self,
        job: &Job,
        main: &str,
        mode: Mode,
    ) -> anyhow::Result<Built> {
        let Some(family) = &job.entry.family else {
            anyhow::bail!("`{}` belongs to no family", job.entry.id)
        };
        let externs = self.externs(family, mode.variant())?;
        let unit = Unit {
            shown_as: &shown_as(&job.entry),
            files: &job.files,
            main,
            mode,
        };
        self.build(&unit, &externs).await
    }

    /// Does the same for every job, as many at once as there are cores, with its family in these variants.
    pub(crate) async fn each<F, W>(
        &self,
        jobs: Vec<Job>,
        variants: &[Variant],
        work: F,
    ) -> anyhow::Result<Vec<Checked>>
    where
        F: Fn(Self, Job) -> W + Clone + 'static,
        W: Future<Output = anyhow::Result<Vec<Checked>>> + 'static,
    {
        self.ensure_families(&families(&jobs, variants)).await?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let permits = Arc::new(Semaphore::new(cores));
        let (total, begun) = (jobs.len(), Rc::new(Cell::new(0)));
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let mut running = JoinSet::new();
                for job in jobs {
                    let (engine, permits, work) =
                        (self.clone(), Arc::clone(&permits), work.clone());
                    let begun = Rc::clone(&begun);
                    let wanted = families(std::slice::from_ref(&job), variants);
                    running.spawn_local(async move {
                        let _permit = permits.acquire_owned().await?;
                        begun.set(begun.get() + 1);
                        let id = &job.entry.id;
                        let far = format!("{} of {total}: {id}", begun.get());
                        engine.listener.step(&far);
                        let (checked, _held) = engine
                            .with_families(&wanted, |engine| work(engine, job.clone()))
                            .await?;
                        Ok::<_, anyhow::Error>(checked)
                    });
                }
                let mut checked = Vec::new();
                while let Some(joined) = running.join_next().await {
                    checked.extend(joined??);
                }
                Ok(checked)
            })
            .await
    }
}

pub(crate) fn checked(
    job: &Job,
    built: Built,
    findings: Vec<String>,
    elapsed: Duration,
) -> Checked {
    Checked {
        sort: "snippet",
        id: job.entry.id.clone(),
        verdict: if built.passed && findings.is_empty() {
            Verdict::Pass
        } else {
            Verdict::Fail
        },
        cached: built.cached,
        seconds: elapsed.as_secs_f64(),
        diagnostics: built.diagnostics,
        findings,
    }
}

/// The families that jobs need, each once.
pub(crate) fn families(jobs: &[Job], variants: &[Variant]) -> Wanted {
    let names: BTreeSet<_> = jobs
        .iter()
        .filter_map(|job| job.entry.family.clone())
        .collect();
    names
        .iter()
        .flat_map(|name| variants.iter().map(|variant| (name.clone(), *variant)))
        .collect()
}

pub(crate) fn summary(entries: Vec<Checked>, engine: &Engine, verb: &'static str) -> Checks {
    let passed = entries
        .iter()
        .filter(|entry| entry.verdict == Verdict::Pass)
        .count();
    Checks {
        failed: entries.len() - passed,
        passed,
        entries,
        toolchain: engine.toolchain.version.clone(),
        verb,
    }
}
