//! `check`: what rustc says of entries, several at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::alone::Alone;
use super::family::{Externs, Variant};
use super::unit::{self, Built, Mode, Unit};
use super::{Engine, Job, shown_as};
use crate::report::{Checked, Checks, Verdict};

impl Engine {
    pub(crate) async fn check_all(self, jobs: Vec<Job>, via_cargo: bool) -> anyhow::Result<Checks> {
        if !via_cargo {
            self.ensure_families(&families(&jobs, &[Variant::Run]))
                .await?;
        }
        let mut entries = self
            .each(jobs, move |engine, job| async move {
                let begun = Instant::now();
                let built = engine.check_one(&job, via_cargo).await?;
                Ok(vec![Checked {
                    sort: "snippet",
                    id: job.entry.id.clone(),
                    verdict: if built.passed {
                        Verdict::Pass
                    } else {
                        Verdict::Fail
                    },
                    cached: built.cached,
                    seconds: begun.elapsed().as_secs_f64(),
                    diagnostics: built.diagnostics,
                    findings: Vec::new(),
                }])
            })
            .await?;
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(summary(entries, &self, "check"))
    }

    async fn check_one(&self, job: &Job, via_cargo: bool) -> anyhow::Result<Built> {
        if via_cargo || job.entry.family.is_none() {
            return self
                .build_alone(&job.entry, &job.files, "main.rs", None, Alone::Check)
                .await;
        }
        self.build_main(job, "main.rs", Mode::Check).await
    }

    /// Builds a file of a job against its family; where the dependencies turn out not to fit, they are built anew once.
    pub(crate) async fn build_main(
        &self,
        job: &Job,
        main: &str,
        mode: Mode,
    ) -> anyhow::Result<Built> {
        let built = self.build_once(job, main, mode).await?;
        if !unit::is_misfit(&built) {
            return Ok(built);
        }
        self.listener
            .note("the built dependencies do not fit; they are built again");
        self.drop_built().await?;
        let fresh = Self {
            fresh: true,
            ..self.clone()
        };
        fresh.build_once(job, main, mode).await
    }

    async fn build_once(&self, job: &Job, main: &str, mode: Mode) -> anyhow::Result<Built> {
        let externs = self.externs_for(job, mode).await?;
        let _shared = self
            .cache
            .lock(false, &self.supervisor, self.listener.as_ref())
            .await?;
        let shown_as = shown_as(&job.entry);
        let unit = Unit {
            shown_as: &shown_as,
            files: &job.files,
            main,
            mode,
        };
        self.build(&unit, &externs).await
    }

    async fn externs_for(&self, job: &Job, mode: Mode) -> anyhow::Result<Externs> {
        let variant = if mode.needs_test_externs() {
            Variant::Test
        } else {
            Variant::Run
        };
        let Some(family) = &job.entry.family else {
            anyhow::bail!("`{}` belongs to no family", job.entry.id)
        };
        self.ensure_families(&[(family.clone(), variant)]).await?;
        let built = self.built_family(family, variant)?;
        built.ok_or_else(|| anyhow::anyhow!("family `{family}` vanished while it was used"))
    }

    /// Does the same for every job, as many at once as there are cores.
    pub(crate) async fn each<F, W>(&self, jobs: Vec<Job>, work: F) -> anyhow::Result<Vec<Checked>>
    where
        F: Fn(Self, Job) -> W + Clone + 'static,
        W: Future<Output = anyhow::Result<Vec<Checked>>> + 'static,
    {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let permits = Arc::new(Semaphore::new(cores));
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let mut running = JoinSet::new();
                for job in jobs {
                    let (engine, permits, work) =
                        (self.clone(), Arc::clone(&permits), work.clone());
                    running.spawn_local(async move {
                        let _permit = permits.acquire_owned().await?;
                        engine.listener.progress(&job.entry.id);
                        work(engine, job).await
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

/// The families that jobs need, each once.
pub(crate) fn families(jobs: &[Job], variants: &[Variant]) -> Vec<(String, Variant)> {
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
