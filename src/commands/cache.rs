//! `cache`: where built things are kept, how large it is, gone, or made ready.

use super::Context;
use crate::catalog::entry;
use crate::cli::{Build, Cache, CacheAction};
use crate::report::{CacheState, Report};
use crate::scratch;

pub(super) fn execute(args: &Cache, context: &Context<'_>) -> anyhow::Result<Report> {
    let folder = context.catalog.working_folder();
    let path = scratch::cache_path(folder)?.display().to_string();
    let options = context.scratch(Build {
        fresh: false,
        overlay: false,
    });
    let mut freed = None;
    match args.action {
        CacheAction::Path | CacheAction::Size => {}
        CacheAction::Clean => freed = Some(scratch::cache_clean(&options)?),
        CacheAction::Warm => {
            let families: Vec<_> = entry::workspace()?.families.into_keys().collect();
            scratch::warm(&options, &families)?;
        }
    }
    let bytes = match args.action {
        CacheAction::Path => 0,
        _ => scratch::cache_size(folder)?,
    };
    let text = match (args.action, freed) {
        (CacheAction::Path, _) => path.clone(),
        (_, Some(freed)) => format!("{path}: {} freed", megabytes(freed)),
        _ => format!(
            "{path}: {} of at most {}",
            megabytes(bytes),
            megabytes(scratch::cache_limit()?)
        ),
    };
    Ok(Report::Cache(CacheState {
        path,
        bytes,
        freed,
        text,
    }))
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}
