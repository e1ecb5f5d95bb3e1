//! `uninstall`: removes what `install` wrote, as long as it is as it was written.

use super::Context;
use crate::agents::{Place, Scope};
use crate::cli::{self, Uninstall};
use crate::project::surroundings;
use crate::report::{Installed, Report};

pub(super) fn execute(args: &Uninstall, context: &Context<'_>) -> anyhow::Result<Report> {
    let folder = context.catalog.working_folder();
    let root = surroundings::repository(folder).unwrap_or(folder);
    let cli::Agent::Claude = args.agent;
    let place = Place::claude(Scope::from(args.scope), root)?;
    let files = place.uninstall(args.dry_run)?;
    let notes = if files.is_empty() {
        vec!["nothing is installed there".to_owned()]
    } else {
        Vec::new()
    };
    Ok(Report::Install(Installed {
        files,
        notes,
        dry_run: args.dry_run,
    }))
}
