//! Compiles, runs and tests: the only place that starts processes, and the only asynchronous code.
//!
//! Families of dependencies are built once by cargo (`family`); entries then go to rustc directly (`unit`), or,
//! where exactly their own dependencies matter, through cargo alone (`alone`). Everything that runs is supervised
//! (`supervise`).

mod alone;
mod batch;
mod cache;
mod cargo;
mod check;
mod diagnostics;
mod externs;
mod family;
mod files;
mod kept;
mod key;
mod limit;
mod lock;
mod misfit;
mod mistakes;
mod package;
mod parameters;
mod pattern;
mod progress;
mod project;
mod prove;
mod record;
mod run;
mod supervise;
mod toolchain;
mod trouble;
mod unit;
mod witness;

use std::path::PathBuf;
use std::sync::Arc;

pub use self::limit::size;
pub use self::package::family_manifest;
pub use self::pattern::matches;
pub use self::record::hash;
pub use self::run::{RunOptions, RunStreams, Stdin};

use crate::catalog::entry::{Entry, Origin};
use crate::error::Problem;
use crate::render::parameters::Files;
use crate::report::{Checks, Listener, Ran};

use cache::Cache;
use lock::Share;
use supervise::Supervisor;
use toolchain::Toolchain;

/// What every command that builds goes by.
#[derive(Clone)]
pub struct Options {
    /// Where the user stands: it decides the toolchain.
    pub folder: PathBuf,
    /// Where built things are kept, if not where the environment says.
    pub cache: Option<PathBuf>,
    pub offline: bool,
    /// Kept results are not used.
    pub fresh: bool,
    /// How many bytes a program that is run may take.
    pub memory: Option<u64>,
    pub listener: Arc<dyn Listener + Send + Sync>,
}

/// An entry with the values of its parameters in place.
#[derive(Debug, Clone)]
pub struct Job {
    pub entry: Entry,
    pub files: Files,
}

/// One invocation's view of the cache and the toolchain.
#[derive(Clone)]
pub(crate) struct Engine {
    cache: Cache,
    toolchain: Toolchain,
    supervisor: Supervisor,
    listener: Arc<dyn Listener + Send + Sync>,
    offline: bool,
    fresh: bool,
    memory: Option<u64>,
    /// Of the cache's size.
    limit: u64,
    folder: PathBuf,
    known: family::Known,
}

impl Engine {
    async fn start(options: &Options) -> anyhow::Result<Self> {
        let limit = limit::limit()?;
        let supervisor = Supervisor::new()?;
        let cache = Cache::open(options)?;
        let toolchain = Toolchain::find(&supervisor, &cache, &options.folder).await?;
        options.listener.detail(&format!(
            "{} for {}, cache {}",
            toolchain.version,
            toolchain.host,
            cache.root().display()
        ));
        Ok(Self {
            cache,
            toolchain,
            supervisor,
            listener: Arc::clone(&options.listener),
            offline: options.offline,
            fresh: options.fresh,
            memory: options.memory,
            limit,
            folder: options.folder.clone(),
            known: family::Known::default(),
        })
    }

    /// Starts, works, and leaves the cache below its limit.
    fn with<T, W>(options: &Options, work: impl FnOnce(Self) -> W) -> anyhow::Result<T>
    where
        W: Future<Output = anyhow::Result<T>>,
    {
        block_on(async {
            let engine = Self::start(options).await?;
            let done = work(engine.clone()).await?;
            engine.keep_within_limit();
            Ok(done)
        })
    }
}

/// The folder of an entry as diagnostics name it.
fn shown_as(entry: &Entry) -> String {
    let home = entry.topics.first().map_or("", String::as_str);
    match entry.origin {
        Origin::Catalogue => format!("snippets/{home}/{}", entry.id),
        Origin::Team(_) => format!(".tokio-cmd/snippets/{home}/{}", entry.name()),
    }
}

/// Runs one piece of asynchronous work to its end.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(work);
    // A reader thread may still wait for someone to take our output.
    runtime.shutdown_background();
    result
}

/// Where these arguments start this program as the guard of another one of it: guards, until that ends.
pub fn guards(arguments: &[std::ffi::OsString], pipe: impl FnOnce() -> std::io::Stdin) -> bool {
    let session = supervise::guard_asked_for(arguments);
    if let Some(session) = session {
        supervise::guard(session, pipe().lock());
    }
    session.is_some()
}

/// The signal that ended the work, if one did.
pub fn interrupted_by(error: &anyhow::Error) -> Option<i32> {
    error
        .downcast_ref::<supervise::Interrupted>()
        .map(|interrupted| interrupted.signal)
}

/// Compile-checks entries.
///
/// # Errors
/// [`Problem`] when that cannot be found out; an entry that does not compile is a verdict.
pub fn check(options: &Options, jobs: Vec<Job>, via_cargo: bool) -> anyhow::Result<Checks> {
    Engine::with(options, |engine| engine.check_all(jobs, via_cargo))
}

/// Proves entries: compiles, lints, runs, tests, and lets every mistake fail.
///
/// # Errors
/// As for [`check()`].
pub fn test(
    options: &Options,
    jobs: Vec<Job>,
    repeat: u32,
    record: Option<&std::path::Path>,
) -> anyhow::Result<Checks> {
    Engine::with(options, |engine| engine.test_all(jobs, repeat, record))
}

/// Builds and runs one file of an entry.
///
/// # Errors
/// As for [`check()`]; whatever the program does is an outcome.
pub fn run(options: &Options, job: &Job, run: RunOptions) -> anyhow::Result<Ran> {
    Engine::with(options, |engine| engine.run_job(job, run))
}

/// Checks a generated project, or runs its tests and clippy.
///
/// # Errors
/// As for [`check()`].
pub fn project(options: &Options, id: &str, files: &Files, tests: bool) -> anyhow::Result<Checks> {
    Engine::with(options, |engine| async move {
        engine.check_project(id, files, tests).await
    })
}

/// Makes an empty git repository of a folder.
///
/// # Errors
/// [`Problem`] when there is no git, or it fails.
pub fn git_init(folder: &std::path::Path) -> anyhow::Result<()> {
    block_on(async { project::git_init(&Supervisor::new()?, folder).await })
}

/// Fetches and builds the dependencies of these families.
///
/// # Errors
/// As for [`check()`].
pub fn warm(options: &Options, families: &[String]) -> anyhow::Result<()> {
    Engine::with(options, |engine| async move {
        let wanted: Vec<_> = families
            .iter()
            .flat_map(|name| {
                [family::Variant::Run, family::Variant::Test].map(|variant| (name.clone(), variant))
            })
            .collect();
        engine.ensure_families(&wanted).await
    })
}

/// Where the cache is.
///
/// # Errors
/// [`Problem`] when nothing tells.
pub fn cache_path(folder: &std::path::Path) -> Result<PathBuf, Problem> {
    Ok(Cache::locate(folder, None)?.root().to_owned())
}

/// How many bytes the cache holds.
///
/// # Errors
/// As for [`cache_path`].
pub fn cache_size(folder: &std::path::Path) -> Result<u64, Problem> {
    Ok(Cache::locate(folder, None)?.size())
}

/// How many bytes the cache may hold.
///
/// # Errors
/// [`Problem`] when what the user has set is no size.
pub fn cache_limit() -> Result<u64, Problem> {
    limit::limit()
}

/// Removes what is cached, alone in the cache; gives the bytes freed.
///
/// # Errors
/// [`Problem`] when it cannot be removed.
pub fn cache_clean(options: &Options) -> anyhow::Result<u64> {
    let cache = Cache::locate(&options.folder, options.cache.as_deref())?;
    if !cache.root().exists() {
        return Ok(0);
    }
    // No more than the lock needs: the disk may be full.
    let folder = cache.folder();
    std::fs::create_dir_all(folder).map_err(|error| cache::problem(folder, &error))?;
    let before = cache.size();
    block_on(async {
        let supervisor = Supervisor::new()?;
        let listener = options.listener.as_ref();
        let _alone = cache.lock(Share::Alone, &supervisor, listener).await?;
        Ok(cache.remove()?)
    })?;
    Ok(before.saturating_sub(cache.size()))
}
