//! `test`: are these proven?

use super::{Context, jobs};
use crate::catalog::lookup::Sort;
use crate::cli::Test;
use crate::report::Report;
use crate::scratch;

pub(super) fn execute(args: &Test, context: &Context<'_>) -> anyhow::Result<Report> {
    let options = scratch::Options {
        memory: jobs::memory(args.memory.as_deref())?,
        ..context.scratch(args.build)
    };
    let jobs = if args.all {
        jobs::all(args.build.overlay, context)?
    } else {
        match jobs::sorted_names(&args.names) {
            (Some(Sort::Template), [name]) => return jobs::template(name, true, &options, context),
            (_, names) => jobs::named(names, &[], context)?,
        }
    };
    Ok(Report::Check(scratch::test(
        &options,
        jobs,
        args.repeat,
        args.record.as_deref(),
    )?))
}
