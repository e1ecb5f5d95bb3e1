//! From names and values to what is built: shared by `check`, `run` and `test`.

use super::Context;
use super::shown;
use crate::catalog::entry::Entry;
use crate::catalog::index::{self, Template};
use crate::catalog::lookup::{Found, Sort};
use crate::catalog::manifest::Platform;
use crate::error::Problem;
use crate::project::plan;
use crate::render::parameters;
use crate::report::{Checks, Report};
use crate::scratch::{self, Job};

/// The sort that the first word names, and the names after it.
pub(super) fn sorted_names(words: &[String]) -> (Option<Sort>, &[String]) {
    match words.split_first() {
        Some((noun, names)) if !names.is_empty() => {
            let sort = Sort::ALL.into_iter().find(|sort| sort.name() == noun);
            if sort.is_some() {
                (sort, names)
            } else {
                (None, words)
            }
        }
        _ => (None, words),
    }
}

/// An entry with these values in place. Refused values and systems are refused before anything is built.
pub(super) fn job(found: &Found<'_>, sets: &[String]) -> anyhow::Result<Job> {
    let entry = shown::read(found)?;
    if entry.manifest.platform == Some(Platform::Unix) && !cfg!(unix) {
        return Err(Problem::not_for_this_system(&entry.id).into());
    }
    let all = shown::parameters(&entry)?;
    let values = parameters::settings(&entry.id, &all, sets)?;
    let files = parameters::render(&all, &entry.files, &values)?;
    Ok(Job { entry, files })
}

/// The memory that a program may take.
pub(super) fn memory(asked: Option<&str>) -> Result<Option<u64>, Problem> {
    let Some(text) = asked else { return Ok(None) };
    if !cfg!(target_os = "linux") {
        let hint = "it takes Linux; run it without `--memory`";
        return Err(Problem::wording("`--memory` cannot be held here", hint));
    }
    scratch::size("--memory", text).map(Some)
}

/// Every snippet of the catalogue that this system can run, and the team's where they are asked for.
pub(super) fn all(overlay: bool, context: &Context<'_>) -> anyhow::Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for snippet in index::SNIPPETS
        .iter()
        .filter(|snippet| cfg!(unix) || !snippet.unix_only)
    {
        let entry = Entry::read(snippet)?;
        let files = entry.files.clone();
        jobs.push(Job { entry, files });
    }
    if overlay {
        for entry in &context.catalog.overlay().entries {
            jobs.push(job(&Found::Team(entry), &[])?);
        }
    }
    Ok(jobs)
}

/// Snippets by name.
pub(super) fn named(
    names: &[String],
    sets: &[String],
    context: &Context<'_>,
) -> anyhow::Result<Vec<Job>> {
    if !sets.is_empty() && names.len() > 1 {
        return Err(
            Problem::wording("--set goes with one snippet", "check them one by one").into(),
        );
    }
    let mut jobs: Vec<Job> = Vec::new();
    for name in names {
        let found = context.catalog.one(Some(Sort::Snippet), name)?;
        if jobs.iter().all(|job| job.entry.id != found.id()) {
            jobs.push(job(&found, sets)?);
        }
    }
    Ok(jobs)
}

/// Generates a template under its own name and checks or tests the project.
pub(super) fn template(
    name: &str,
    tests: bool,
    options: &scratch::Options,
    context: &Context<'_>,
) -> anyhow::Result<Report> {
    let found = context.catalog.one(Some(Sort::Template), name)?;
    let template: &Template = match found {
        Found::Template(template) => template,
        _ => return Err(Problem::unknown("template", name, &[]).into()),
    };
    let files = plan::files(&plan::read(template)?, template.id, &[])?;
    let checks: Checks = scratch::project(options, template.id, &files, tests)?;
    Ok(Report::Check(checks))
}
