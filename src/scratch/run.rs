//! `run`: one program, its output passed through, its time limited, its exit code kept.

use std::ffi::OsString;
use std::io::Write;
use std::time::{Duration, Instant};

use super::alone::Alone;
use super::family::Variant;
use super::lock::{Held, Share};
use super::supervise::{Command, Ended, Ending, Input, KEPT, Output};
use super::unit::{Built, Mode};
use super::{Engine, Job, cache, check};
use crate::catalog::manifest::MistakeManifest;
use crate::error::Problem;
use crate::report::{Outcome, Ran};

/// `timeout`'s own code for a time limit.
const TIME_LIMIT: u8 = 124;
const NOT_BUILT: u8 = 125;

/// How a program is run.
pub struct RunOptions {
    pub mistake: Option<MistakeManifest>,
    pub time_limit: Duration,
    pub stdin: Stdin,
    pub args: Vec<OsString>,
    pub streams: RunStreams,
}

/// What the program reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdin {
    Empty,
    Inherited,
    /// The user asked for it, and it is a terminal.
    Terminal,
}

/// Where the program's output goes.
pub enum RunStreams {
    /// It has the terminal itself.
    Inherited,
    /// To our own stdout and stderr, by way of these.
    Passed(Box<dyn Write + Send>, Box<dyn Write + Send>),
    /// The first MiB of each is kept for the report.
    Captured,
}

impl Engine {
    pub(crate) async fn run_job(self, job: &Job, run: RunOptions) -> anyhow::Result<Ran> {
        let begun = Instant::now();
        self.supervisor.prepare();
        let mistake = run.mistake.as_ref();
        let main = mistake.map_or_else(
            || "main.rs".to_owned(),
            |mistake| format!("mistakes/{}", mistake.file),
        );
        let replaced = mistake.and_then(|mistake| mistake.dependencies.as_ref());
        let is_alone = replaced.is_some() || job.entry.family.is_none();
        let kept = if is_alone {
            None
        } else {
            self.kept_program(job, &main).await?
        };
        let (built, held) = if let Some(kept) = kept {
            kept
        } else {
            let variants: &[Variant] = if is_alone { &[] } else { &[Variant::Run] };
            let wanted = check::families(std::slice::from_ref(job), variants);
            let main = &main;
            self.with_families(&wanted, |engine| async move {
                if is_alone {
                    let (entry, files) = (&job.entry, &job.files);
                    return engine
                        .build_alone(entry, files, main, replaced, Alone::Program)
                        .await;
                }
                engine.build_main(job, main, Mode::Program).await
            })
            .await?
        };
        let build_seconds = begun.elapsed().as_secs_f64();
        if !built.passed {
            return Ok(not_built(&job.entry.id, built, build_seconds));
        }
        let output = match run.streams {
            RunStreams::Inherited => Output::Inherited,
            RunStreams::Passed(out, _) if lead_to_the_same() => Output::Passed(out, None),
            RunStreams::Passed(out, err) => Output::Passed(out, Some(err)),
            RunStreams::Captured => Output::Captured(KEPT),
        };
        let command = Command::new(&built.program)
            .arguments(&run.args)
            .folder(&self.folder)
            .memory(self.memory)
            .stdin(match run.stdin {
                Stdin::Empty => Input::Empty,
                Stdin::Inherited => Input::Inherited,
                Stdin::Terminal => Input::Terminal,
            });
        let started = self.supervisor.start(&command, output);
        let running = started.map_err(|error| match error.downcast::<std::io::Error>() {
            Ok(error) => cache::problem(&built.program, &error).into(),
            Err(error) => error,
        })?;
        // A program that runs needs its file no more; a server must not keep others from building.
        drop(held);
        let ended = running.end(Some(run.time_limit)).await?;
        match ended.ending {
            Ending::TimeLimit => self.listener.note(&format!(
                "time limit: `{}` was ended after {:?}",
                job.entry.id, run.time_limit
            )),
            Ending::Unwritable(number) => {
                let error = std::io::Error::from_raw_os_error(number);
                return Err(Problem::environment(
                    "output",
                    format!("stdout: {error}"),
                    "check where it leads",
                )
                .into());
            }
            _ => {}
        }
        Ok(ran(&job.entry.id, &built, build_seconds, &ended))
    }

    /// A program that was built before; what it was built with need not be there any more.
    async fn kept_program(&self, job: &Job, main: &str) -> anyhow::Result<Option<(Built, Held)>> {
        let held = self.lock(Share::Together).await?;
        let built = self.kept_main(job, main, Mode::Program)?;
        Ok(built.map(|built| (built, held)))
    }
}

/// Whether our stdout and stderr are one: what is written to them has an order then, which two pipes would lose.
#[cfg(unix)]
fn lead_to_the_same() -> bool {
    let out = rustix::fs::fstat(std::io::stdout());
    let err = rustix::fs::fstat(std::io::stderr());
    let place = |stat: rustix::fs::Stat| (stat.st_dev, stat.st_ino);
    matches!((out, err), (Ok(out), Ok(err)) if place(out) == place(err))
}

#[cfg(not(unix))]
fn lead_to_the_same() -> bool {
    false
}

fn not_built(id: &str, built: Built, build_seconds: f64) -> Ran {
    Ran {
        id: id.to_owned(),
        outcome: Outcome::NotBuilt,
        code: None,
        cached: built.cached,
        build_seconds,
        run_seconds: 0.0,
        stdout: String::new(),
        stderr: String::new(),
        truncated: false,
        diagnostics: built.diagnostics,
        exit: NOT_BUILT,
    }
}

fn ran(id: &str, built: &Built, build_seconds: f64, ended: &Ended) -> Ran {
    let (outcome, code, exit) = match ended.ending {
        Ending::Exited(code) => (
            Outcome::Exited,
            Some(code),
            u8::try_from(code & 0xff).unwrap_or(1),
        ),
        Ending::Signalled(signal) => (
            Outcome::Signalled,
            None,
            u8::try_from(128 + signal).unwrap_or(255),
        ),
        Ending::TimeLimit => (Outcome::TimeLimit, None, TIME_LIMIT),
        // Nobody reads us any more: a normal end, as for every tool in a pipe.
        Ending::Unread | Ending::Unwritable(_) | Ending::Silent => (Outcome::Exited, None, 0),
    };
    Ran {
        id: id.to_owned(),
        outcome,
        code,
        cached: built.cached,
        build_seconds,
        run_seconds: ended.elapsed.as_secs_f64(),
        stdout: ended.stdout_text(),
        stderr: ended.stderr_text(),
        truncated: ended.truncated,
        diagnostics: Vec::new(),
        exit,
    }
}
