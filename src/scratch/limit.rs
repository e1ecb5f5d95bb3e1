//! The cache stays below a size: the oldest of what it keeps goes first.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::cache::{self, Cache};
use super::lock::Share;
use super::{Engine, files};
use crate::catalog::manifest::Kind;
use crate::error::Problem;
use crate::render::value::{self, Value};

const VARIABLE: &str = "TOKIO_CMD_CACHE_LIMIT";
const DEFAULT: u64 = 4 * 1024 * 1024 * 1024;
/// What was added since the cache was last measured has a byte in a file for each of these.
const STEP: u64 = 64 * 1024;
/// It is measured when this part of the limit was added, and brought down by twice that.
const PART: u64 = 16;

/// The size that the cache may have.
///
/// # Errors
/// [`Problem`] when the variable that says so holds no size.
pub(crate) fn limit() -> Result<u64, Problem> {
    let Some(text) = std::env::var_os(VARIABLE).filter(|text| !text.is_empty()) else {
        return Ok(DEFAULT);
    };
    size(VARIABLE, &text.to_string_lossy())
}

/// A size that a user has given for `what`.
///
/// # Errors
/// [`Problem`] when it is none.
pub fn size(what: &str, text: &str) -> Result<u64, Problem> {
    let no_choices = std::collections::BTreeMap::new();
    match value::parse(Kind::Size, &no_choices, text) {
        Some(Value::Size(bytes)) if bytes > 0 => Ok(bytes),
        _ => Err(Problem::bad_value(
            what,
            text,
            &value::wants(Kind::Size, &no_choices),
        )),
    }
}

impl Cache {
    /// Remembers that the cache has grown.
    pub(crate) fn grew(&self, bytes: u64) {
        let steps = usize::try_from(bytes.div_ceil(STEP)).unwrap_or(usize::MAX);
        let file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.growth());
        // Where this cannot be written, nothing else can, and that is told.
        let _ = file.and_then(|mut file| file.write_all(&vec![b'.'; steps.min(1 << 20)]));
    }

    fn growth(&self) -> PathBuf {
        self.facts().join("grown")
    }

    fn grown(&self) -> u64 {
        fs::metadata(self.growth()).map_or(0, |meta| meta.len() * STEP)
    }
}

impl Engine {
    /// Brings the cache below its limit where it may have grown beyond it. Where others work in it, they do that.
    pub(crate) fn keep_within_limit(&self) {
        // There is an answer already, and it is right without this.
        if let Err(error) = self.drop_oldest() {
            self.listener.detail(&format!("the cache: {error}"));
        }
    }

    fn drop_oldest(&self) -> anyhow::Result<()> {
        if self.cache.grown() < self.limit / PART {
            return Ok(());
        }
        let Some(_alone) = self.cache.try_lock(Share::Alone)? else {
            return Ok(());
        };
        let all = self.cache.size();
        files::remove_if_there(&self.cache.growth())?;
        if all < self.limit - self.limit / PART {
            return Ok(());
        }
        let mut over = all.saturating_sub(self.limit - 2 * (self.limit / PART));
        let before = over;
        for folders in [
            vec![self.cache.units()],
            vec![self.cache.alone(), self.cache.projects()],
        ] {
            for (_, folder) in oldest_first(&folders) {
                if over == 0 {
                    break;
                }
                over = over.saturating_sub(cache::size(&folder));
                files::remove_if_there(&folder)?;
            }
        }
        if over > 0 {
            // What cargo has made is one whole; the next command builds what it needs of it.
            over = over.saturating_sub(cache::size(&self.cache.target()));
            self.cache.remove_built()?;
            self.listener.note(&format!(
                "the cache's limit ({VARIABLE}) is too small for the dependencies: they are dropped"
            ));
        }
        self.listener.detail(&format!(
            "the cache has reached its limit ({VARIABLE}): {} bytes of the oldest are dropped",
            before - over
        ));
        Ok(())
    }
}

/// What lies in these folders, by when it was last written.
fn oldest_first(folders: &[PathBuf]) -> Vec<(SystemTime, PathBuf)> {
    let written = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified());
    let mut found: Vec<_> = folders
        .iter()
        .flat_map(|folder| files::entries_of(folder))
        .map(|path| (written(&path).unwrap_or(SystemTime::UNIX_EPOCH), path))
        .collect();
    found.sort();
    found
}
