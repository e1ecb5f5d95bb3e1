//! `check`: do these compile?

use super::{Context, jobs};
use crate::catalog::lookup::Sort;
use crate::cli::Check;
use crate::report::Report;
use crate::scratch;

pub(super) fn execute(args: &Check, context: &Context<'_>) -> anyhow::Result<Report> {
    let options = context.scratch(args.build);
    let jobs = if args.all {
        jobs::all(args.build.overlay, context)?
    } else {
        match jobs::sorted_names(&args.names) {
            (Some(Sort::Template), [name]) => {
                return jobs::template(name, false, &options, context);
            }
            (_, names) => jobs::named(names, &args.set, context)?,
        }
    };
    Ok(Report::Check(scratch::check(
        &options,
        jobs,
        args.via_cargo,
    )?))
}
