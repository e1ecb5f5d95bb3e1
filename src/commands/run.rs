//! `run`: builds a snippet, or one of its mistakes, and runs it.

use std::io::IsTerminal;
use std::time::Duration;

use super::{Context, jobs};
use crate::catalog::lookup::{Found, Sort};
use crate::catalog::manifest::{Kind, MistakeManifest};
use crate::cli::{Build, Run};
use crate::error::{Problem, nearest};
use crate::render::value::{self, Value};
use crate::report::Report;
use crate::scratch::{self, Job, RunOptions, RunStreams, Stdin};

pub(super) fn execute(args: &Run, context: &Context<'_>) -> anyhow::Result<Report> {
    let time_limit = time_limit(&args.time_limit)?;
    let (sort, names) = jobs::sorted_names(&args.name);
    let [name] = names else {
        return Err(Problem::wording(
            "one name is needed",
            "for example `tokio-cmd run snippet timeouts`",
        )
        .into());
    };
    let found = context
        .catalog
        .one(Some(sort.unwrap_or(Sort::Snippet)), name);
    // A mistake runs by its own name, too.
    let found = match (found, sort) {
        (Err(problem), None) => context
            .catalog
            .one(Some(Sort::Mistake), name)
            .map_err(|_| problem)?,
        (found, _) => found?,
    };
    let (job, mistake) = match found {
        Found::Mistake(mistake) => {
            let of_snippet = context.catalog.one(Some(Sort::Snippet), mistake.snippet)?;
            let job = jobs::job(&of_snippet, &args.set)?;
            let manifest = mistake_of(&job, mistake.id.rsplit('/').next().unwrap_or_default())?;
            (job, Some(manifest))
        }
        Found::Snippet(_) | Found::Team(_) => {
            let job = jobs::job(&found, &args.set)?;
            let manifest = args
                .mistake
                .as_deref()
                .map(|stem| mistake_of(&job, stem))
                .transpose()?;
            (job, manifest)
        }
        Found::Topic(_) | Found::Template(_) => {
            let hint = "`tokio-cmd list snippets` names what can be run";
            return Err(Problem::wording(format!("`{name}` cannot be run"), hint).into());
        }
    };
    let console = context.console;
    let streams = if console.is_json() {
        RunStreams::Captured
    } else if console.stdout_is_terminal() {
        RunStreams::Inherited
    } else {
        let (out, err) = console.sinks();
        RunStreams::Passed(out, err)
    };
    let stdin = match (std::io::stdin().is_terminal(), args.stdin) {
        (true, true) => Stdin::Terminal,
        (true, false) => Stdin::Empty,
        (false, _) => Stdin::Inherited,
    };
    let options = scratch::Options {
        memory: jobs::memory(args.memory.as_deref())?,
        ..context.scratch(Build {
            fresh: args.fresh,
            overlay: false,
        })
    };
    let run = RunOptions {
        mistake,
        time_limit,
        stdin,
        args: args.args.clone(),
        streams,
    };
    Ok(Report::Run(scratch::run(&options, &job, run)?))
}

fn mistake_of(job: &Job, name: &str) -> Result<MistakeManifest, Problem> {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let all = &job.entry.manifest.mistake;
    all.iter()
        .find(|mistake| mistake.stem() == stem)
        .cloned()
        .ok_or_else(|| {
            let near = nearest(stem, all.iter().map(MistakeManifest::stem));
            Problem::unknown("mistake", &format!("{}/{stem}", job.entry.id), &near)
        })
}

fn time_limit(text: &str) -> Result<Duration, Problem> {
    let no_choices = std::collections::BTreeMap::new();
    match value::parse(Kind::Duration, &no_choices, text) {
        Some(Value::Duration(nanos)) if nanos > 0 => Ok(Duration::from_nanos(
            u64::try_from(nanos).unwrap_or(u64::MAX),
        )),
        _ => Err(Problem::bad_value(
            "--time-limit",
            text,
            &value::wants(Kind::Duration, &no_choices),
        )),
    }
}
