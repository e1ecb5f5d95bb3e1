//! `add`: copies a module with its tests into the user's crate.

use std::path::{Component, Path};

use super::{Context, jobs, shown};
use crate::catalog::lookup::Sort;
use crate::cli::Add;
use crate::error::{Problem, quoted};
use crate::project::write;
use crate::render::{dependencies, pages};
use crate::report::{AddAction, Added, Report};

pub(super) fn execute(args: &Add, context: &Context<'_>) -> anyhow::Result<Report> {
    let found = context.catalog.one(Some(Sort::Snippet), &args.name)?;
    let entry = shown::read(&found)?;
    let Some((file, _)) = entry.module() else {
        return Err(Problem::not_a_module(&entry.id).into());
    };
    let job = jobs::job(&found, &args.set)?;
    let text = job.files.get(file).map_or("", |text| text.as_ref());
    let folder = below_working_folder(&args.to, context)?;
    let path = folder.join(file);
    let same = std::fs::read(&path).is_ok_and(|there| there == text.as_bytes());
    let action = match (same, args.dry_run) {
        (true, _) => AddAction::Unchanged,
        (false, true) => {
            write::must_be_free(&path)?;
            AddAction::WouldBeWritten
        }
        (false, false) => {
            write::add_file(&path, text)?;
            AddAction::Written
        }
    };
    let stem = file.trim_end_matches(".rs");
    Ok(Report::Add(Added {
        id: entry.id.clone(),
        path: args.to.join(file).display().to_string(),
        action,
        mod_line: format!("mod {stem};"),
        cargo_add: dependencies::cargo_add(&pages::resolved(&entry)?),
    }))
}

/// A folder that is there, below where the user stands.
fn below_working_folder(to: &Path, context: &Context<'_>) -> Result<std::path::PathBuf, Problem> {
    let shown = quoted(&to.to_string_lossy());
    if to
        .components()
        .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
    {
        return Err(Problem::wording(
            format!("{shown} does not lie below the working directory"),
            "`cd` to the crate and name a folder of it with `--to`",
        ));
    }
    let folder = context.catalog.working_folder().join(to);
    if !folder.is_dir() {
        return Err(Problem::wording(
            format!("there is no folder {shown} here"),
            "`cd` to your crate, or name a folder of it with `--to`",
        ));
    }
    Ok(folder)
}
