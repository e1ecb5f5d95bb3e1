//! Proves that parameters take effect: both bounds compile; with another value rustc's own value of the const differs, the
//! program comes to a good end, and the tests pass.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::prove::{Findings, how};
use super::supervise::{KEPT, Output};
use super::unit::Mode;
use super::{Engine, Job};
use crate::render::parameters::{self, Files, Parameter};
use crate::render::value::{self, Value};

/// The test that prints the constants; no snippet has one of this name.
const PROBE: &str = "tokio_cmd_probe";

impl Engine {
    pub(crate) async fn prove_parameters(
        &self,
        job: &Job,
        found: &mut Findings,
    ) -> anyhow::Result<()> {
        let entry = &job.entry;
        let all = parameters::find(&entry.manifest.parameters, &entry.files)?;
        if all.is_empty() {
            return Ok(());
        }
        for (which, pick) in [("lowest", first as Pick), ("highest", second as Pick)] {
            let values: BTreeMap<_, _> = all
                .iter()
                .filter_map(|parameter| Some((parameter.name.to_owned(), pick(parameter)?)))
                .collect();
            let files = parameters::render(&all, &entry.files, &values)?;
            let at_bound = Job {
                entry: entry.clone(),
                files,
            };
            found.built(
                &format!("the program at its {which} values"),
                self.build_any(&at_bound, "main.rs", None, Mode::Check)
                    .await?,
            );
        }
        let changed: BTreeMap<_, _> = all
            .iter()
            .filter_map(|parameter| {
                Some((parameter.name.to_owned(), parameter.other_values().pop()?))
            })
            .collect();
        let (before, _) = self.constants(job, &all, &BTreeMap::new(), found).await?;
        let (after, tests) = self.constants(job, &all, &changed, found).await?;
        // Any text is not every program's: what it may be is the user's to know.
        let mut run = changed.clone();
        run.retain(|_, value| !matches!(value, Value::Text(_)));
        let tests = tests.filter(|_| run.len() == changed.len());
        self.run_changed(job, &all, &run, tests, found).await?;
        for parameter in &all {
            let constant = &parameter.manifest.constant;
            let (old, new) = (before.get(constant), after.get(constant));
            if old.is_none() || old == new {
                let value = changed
                    .get(parameter.name)
                    .map(value::show)
                    .unwrap_or_default();
                found.findings.push(format!("parameter `{}` has no effect: with `{value}` rustc's `{constant}` is still {old:?}", parameter.name));
            }
        }
        Ok(())
    }

    /// What is handed out with other values works with them; its output may be another. `tests` are those with these
    /// values, if they are built already.
    async fn run_changed(
        &self,
        job: &Job,
        all: &[Parameter<'_>],
        values: &BTreeMap<String, Value>,
        tests: Option<PathBuf>,
        found: &mut Findings,
    ) -> anyhow::Result<()> {
        let changed = Job {
            entry: job.entry.clone(),
            files: parameters::render(all, &job.entry.files, values)?,
        };
        let given: Vec<_> = values
            .iter()
            .map(|(name, value)| format!("{name}={}", value::show(value)))
            .collect();
        let given = given.join(", ");
        for (what, mode, there) in [
            ("the program", Mode::Program, None),
            ("the tests", Mode::Tests, tests),
        ] {
            let what = format!("{what} with {given}");
            let program = if there.is_some() {
                there
            } else {
                let built = self.build_any(&changed, "main.rs", None, mode).await?;
                found.built(&what, built)
            };
            let Some(program) = program else {
                continue;
            };
            let ended = self.execute(&program, &[], Output::Captured(KEPT)).await?;
            if !ended.succeeded() {
                let (out, err) = (ended.stdout_text(), ended.stderr_text());
                found
                    .findings
                    .push(format!("{what}: {}\n{out}{err}", how(&ended)));
            }
        }
        Ok(())
    }

    /// What rustc makes of the constants with these values, and the tests that were built for it.
    async fn constants(
        &self,
        job: &Job,
        all: &[Parameter<'_>],
        values: &BTreeMap<String, Value>,
        found: &mut Findings,
    ) -> anyhow::Result<(BTreeMap<String, String>, Option<PathBuf>)> {
        let mut files = parameters::render(all, &job.entry.files, values)?;
        for file in all.iter().map(|parameter| parameter.file) {
            add_probe(&mut files, file, all);
        }
        let probed = Job {
            entry: job.entry.clone(),
            files,
        };
        let built = self
            .build_any(&probed, "main.rs", None, Mode::Tests)
            .await?;
        let Some(program) = found.built("the program with other values", built) else {
            return Ok((BTreeMap::new(), None));
        };
        let ended = self
            .execute(&program, &[PROBE, "--nocapture"], Output::Captured(KEPT))
            .await?;
        let said = ended.stdout_text();
        let constants = said
            .lines()
            .filter_map(|line| line.strip_prefix("const "))
            .filter_map(|line| line.split_once(" = "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok((constants, Some(program)))
    }
}

type Pick = fn(&Parameter<'_>) -> Option<Value>;

fn first(parameter: &Parameter<'_>) -> Option<Value> {
    value::bound(parameter.manifest, parameter.manifest.min.as_ref()?)
}

fn second(parameter: &Parameter<'_>) -> Option<Value> {
    value::bound(parameter.manifest, parameter.manifest.max.as_ref()?)
}

/// Appends a test to a file that prints its parameters' constants; a child module sees private ones too.
fn add_probe(files: &mut Files, file: &str, all: &[Parameter<'_>]) {
    let Some(text) = files.get(file) else { return };
    if text.contains(PROBE) {
        return;
    }
    let prints: String = all
        .iter()
        .filter(|parameter| parameter.file == file)
        .map(|parameter| {
            let constant = &parameter.manifest.constant;
            format!("        println!(\"const {constant} = {{:?}}\", super::{constant});\n")
        })
        .collect();
    let text = format!(
        "{text}\n#[cfg(test)]\nmod {PROBE} {{\n    #[test]\n    fn {PROBE}() {{\n        println!();\n{prints}    }}\n}}\n"
    );
    files.insert(file.to_owned(), Cow::Owned(text));
}
