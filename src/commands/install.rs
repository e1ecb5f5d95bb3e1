//! `install`: the `/tokio` skill for an agent.

use super::Context;
use crate::agents::{Place, Scope};
use crate::cli::{self, Install};
use crate::project::surroundings;
use crate::report::{Installed, Report};

pub(super) fn execute(args: &Install, context: &Context<'_>) -> anyhow::Result<Report> {
    let folder = context.catalog.working_folder();
    let root = surroundings::repository(folder).unwrap_or(folder);
    let cli::Agent::Claude = args.agent;
    let place = Place::claude(Scope::from(args.scope), root)?;
    let files = place.install(args.dry_run, args.force)?;
    let mut notes = place.notes();
    notes.push(
        "in Claude Code: `/tokio channels` (a new skills folder is seen after a restart)"
            .to_owned(),
    );
    Ok(Report::Install(Installed {
        files,
        notes,
        dry_run: args.dry_run,
    }))
}
