//! Many entries in one compiler process: each is a module of a crate that is made for it, so that the compiler starts, and reads
//! the dependencies, once.
//!
//! A batch vouches only for entries that it has nothing to say of, in a run that succeeds: exactly what the compiler says
//! of the others is found out one by one, and no broken entry hides another.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use tokio::task::JoinSet;

use super::check::{checked, families};
use super::externs::Externs;
use super::family::Variant;
use super::kept::Said;
use super::unit::{Built, Mode, Unit};
use super::{Engine, Job, cache, files, shown_as};
use crate::render::lift;
use crate::report::{Checked, Diagnostic};

/// Fewer are checked one by one.
const WORTH_IT: usize = 4;
/// How often a batch is tried again without those that were pointed at.
const ROUNDS: usize = 3;
/// The first file of the crate.
const ROOT: &str = "batch.rs";
/// What is called of each entry, so that its code is as much in use as it is alone, and its `main` is one.
const CALLED: &str = "tokio_cmd_calls_this";

impl Engine {
    /// Checks what can be checked together; gives the jobs that must be checked one by one.
    ///
    /// # Errors
    /// As for [`Self::build`].
    pub(crate) async fn check_batches(
        &self,
        jobs: Vec<Job>,
        entries: &mut Vec<Checked>,
    ) -> anyhow::Result<Vec<Job>> {
        let (mut fit, mut rest): (Vec<_>, Vec<_>) = jobs.into_iter().partition(fits);
        fit.sort_by_key(|job| job.entry.family.clone());
        for group in fit.chunk_by(|a, b| a.entry.family == b.entry.family) {
            if group.len() < WORTH_IT {
                rest.extend_from_slice(group);
                continue;
            }
            let wanted = families(group, &[Variant::Run]);
            let ((clean, left), _held) = self
                .with_families(&wanted, |engine| engine.check_parts(group))
                .await?;
            entries.extend(clean);
            rest.extend(left);
        }
        Ok(rest)
    }

    /// One part for each core, of about the same size.
    async fn check_parts(self, group: &[Job]) -> anyhow::Result<(Vec<Checked>, Vec<Job>)> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let count = cores.min(group.len().div_ceil(WORTH_IT));
        let mut parts = vec![(0, Vec::new()); count];
        for job in group {
            if let Some(smallest) = parts.iter_mut().min_by_key(|(size, _)| *size) {
                smallest.0 += job.entry.main().len();
                smallest.1.push(job.clone());
            }
        }
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let mut running = JoinSet::new();
                for (_, part) in parts {
                    running.spawn_local(self.clone().check_part(part));
                }
                let (mut clean, mut rest) = (Vec::new(), Vec::new());
                while let Some(joined) = running.join_next().await {
                    let (one, other) = joined??;
                    clean.extend(one);
                    rest.extend(other);
                }
                Ok((clean, rest))
            })
            .await
    }

    async fn check_part(self, mut part: Vec<Job>) -> anyhow::Result<(Vec<Checked>, Vec<Job>)> {
        let mut rest = Vec::new();
        for _ in 0..ROUNDS {
            let Some(family) = part.first().and_then(|job| job.entry.family.clone()) else {
                break;
            };
            let externs = self.externs(&family, Variant::Run)?;
            let begun = Instant::now();
            let told = format!("checking {} entries together", part.len());
            self.listener.progress(&told);
            self.listener.detail(&told);
            let said = self.compile_together(&part, &externs).await?;
            let Some(pointed) = pointed_at(&part, &said.diagnostics) else {
                break;
            };
            let (pointed, others): (Vec<_>, Vec<_>) = part
                .into_iter()
                .partition(|job| pointed.contains(&job.entry.id));
            let none_was_pointed_at = pointed.is_empty();
            rest.extend(pointed);
            if said.passed {
                let each = begun.elapsed() / u32::try_from(others.len().max(1)).unwrap_or(1);
                let clean = others.iter().map(|job| {
                    let built = self.keep_clean(job, &externs)?;
                    Ok(checked(job, built, Vec::new(), each))
                });
                return Ok((clean.collect::<anyhow::Result<_>>()?, rest));
            }
            part = others;
            if none_was_pointed_at || part.len() < WORTH_IT {
                break;
            }
        }
        rest.extend(part);
        Ok((Vec::new(), rest))
    }

    async fn compile_together(&self, part: &[Job], externs: &Externs) -> anyhow::Result<Said> {
        let work = self.cache.scratch_folder()?;
        let place = |error: std::io::Error| cache::problem(work.path(), &error);
        let (mut modules, mut calls) = (String::new(), String::new());
        for (number, job) in part.iter().enumerate() {
            let shown_as = shown_as(&job.entry);
            let main = job.files.get("main.rs").map_or("", |text| text.as_ref());
            let called = format!(
                "{main}\npub fn {CALLED}() -> ::std::process::ExitCode {{ \
                 ::std::process::Termination::report(main()) }}\n"
            );
            let sources = files::sources(&job.files).map(|(path, text)| match path {
                "main.rs" => (path, called.as_str()),
                _ => (path, text),
            });
            files::lay_down(&work.path().join(&shown_as), sources).map_err(place)?;
            modules += &format!(
                "#[path = {:?}]\npub mod e{number};\n",
                format!("{shown_as}/main.rs")
            );
            calls += &format!("    let _ = e{number}::{CALLED}();\n");
        }
        let root = format!("{modules}fn main() {{\n{calls}}}\n");
        files::lay_down(work.path(), std::iter::once((ROOT, root.as_str()))).map_err(place)?;
        self.compile(Path::new(ROOT), "batch", Mode::Check, externs, work.path())
            .await
    }

    fn keep_clean(&self, job: &Job, externs: &Externs) -> anyhow::Result<Built> {
        let unit = Unit {
            shown_as: &shown_as(&job.entry),
            files: &job.files,
            main: "main.rs",
            mode: Mode::Check,
        };
        let said = Said {
            passed: true,
            diagnostics: Vec::new(),
        };
        self.keep(&self.key_of(&unit, &externs.key), said, None)
    }
}

/// Whether an entry means the same as a module of another crate. What else is amiss there, the compiler says, and the entry is
/// then checked alone.
fn fits(job: &Job) -> bool {
    /// The root of the crate, or a name for all of the program.
    const WIDE: [&str; 6] = [
        "crate::",
        "macro_export",
        "no_mangle",
        "export_name",
        "global_allocator",
        CALLED,
    ];
    let is_wide = |(path, text): (&str, &str)| {
        let text = lift::without_tests(text);
        WIDE.iter().any(|word| text.contains(word)) || path == "main.rs" && text.contains("super::")
    };
    let main = job.files.get("main.rs").map_or("", |text| text.as_ref());
    job.entry.family.is_some() && has_plain_main(main) && !files::sources(&job.files).any(is_wide)
}

/// The compiler has rules for the `main` of a program that calling it does not show: no lifetimes, no bounds, no attributes.
fn has_plain_main(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("fn main()") else {
        return false;
    };
    let result = rest.split('{').next().unwrap_or_default().trim();
    (result.is_empty() || result.starts_with("->"))
        && !result.contains("where")
        && !["track_caller", "target_feature"]
            .iter()
            .any(|word| text.contains(word))
}

/// The entries that something is said of; nothing, where something is said of none in particular.
fn pointed_at(part: &[Job], diagnostics: &[Diagnostic]) -> Option<BTreeSet<String>> {
    let entry_of = |diagnostic: &Diagnostic| {
        let file = diagnostic.file.as_ref()?;
        let holds = |job: &&Job| Path::new(file).starts_with(shown_as(&job.entry));
        Some(part.iter().find(holds)?.entry.id.clone())
    };
    diagnostics.iter().map(entry_of).collect()
}
