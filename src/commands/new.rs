//! `new`: a project from a template, whole or not at all.

use std::borrow::Cow;

use super::Context;
use crate::catalog::lookup::{Found, Sort};
use crate::cli::{New, Vcs};
use crate::error::Problem;
use crate::project::surroundings::{self, Membership};
use crate::project::{plan, write};
use crate::render::parameters::Files;
use crate::report::{Created, Report};
use crate::scratch;

pub(super) fn execute(args: &New, context: &Context<'_>) -> anyhow::Result<Report> {
    let found = context.catalog.one(Some(Sort::Template), &args.template)?;
    let Found::Template(template) = found else {
        return Err(Problem::unknown("template", &args.template, &[]).into());
    };
    let crate_name = plan::crate_name(&args.path)?;
    let target: std::path::PathBuf = context
        .catalog
        .working_folder()
        .join(&args.path)
        .components()
        .collect();
    write::must_be_free(&target)?;
    let project = plan::read(template)?;
    let mut files = plan::files(&project, &crate_name, &args.set)?;
    let mut notes = Vec::new();
    notes.extend(fit_into_workspace(
        &mut files,
        &surroundings::membership(&target),
    ));
    let wants_git = match args.vcs {
        Some(vcs) => vcs == Vcs::Git,
        None => surroundings::repository(&target).is_none(),
    };
    if !args.dry_run {
        let prepared = write::prepare(&target, &files)?;
        if wants_git {
            match scratch::git_init(&prepared.folder) {
                Ok(()) => {}
                Err(error) if scratch::interrupted_by(&error).is_some() => return Err(error),
                Err(error) if args.vcs.is_some() => return Err(error),
                Err(_) => notes
                    .push("no git repository was made: `git` was not found or failed".to_owned()),
            }
        }
        prepared.commit()?;
    }
    let shown = args.path.display().to_string();
    let mut next_steps = vec![format!("cd {shown}")];
    next_steps.extend(
        project
            .manifest
            .next_steps
            .iter()
            .map(|step| step.replace("{name}", &crate_name)),
    );
    Ok(Report::New(Created {
        template: template.id.to_owned(),
        path: shown,
        written: !args.dry_run,
        files: files.keys().cloned().collect(),
        notes,
        next_steps,
    }))
}

/// A crate below a workspace that does not know it would not build: it then gets a `[workspace]` of its own. The
/// workspace's own manifest is the user's.
fn fit_into_workspace(files: &mut Files, membership: &Membership) -> Option<String> {
    match membership {
        Membership::None => None,
        Membership::Excluded { root } => Some(format!(
            "the workspace at {} excludes it: it stands alone",
            root.display()
        )),
        Membership::Member { root, pattern } => Some(format!(
            "it is a member of the workspace at {} through `{pattern}`: that workspace's Cargo.lock holds, not its own",
            root.display()
        )),
        Membership::Alone { root, path } => {
            if let Some(manifest) = files.get_mut("Cargo.toml") {
                *manifest = Cow::Owned(format!(
                    "{}\n[workspace]\n",
                    manifest.trim_end().to_owned() + "\n"
                ));
            }
            Some(format!(
                "it lies in the workspace at {} and was not made a member: it has a `[workspace]` of its own. To make it one, \
                 remove that line and add `{}` to the `members` there",
                root.display(),
                path.display()
            ))
        }
    }
}
