//! The folder where built things are kept, and the lock that lets several invocations share it.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;

use super::supervise::Supervisor;
use crate::error::Problem;
use crate::report::Listener;

/// Raised when what is kept changes its form; an older one is left to `cache clean`.
const LAYOUT: &str = "v1";
/// How often a taken lock is tried again. The lock has no wake-up that a signal could interrupt.
const TRY_AGAIN: Duration = Duration::from_millis(20);

#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
    folder: PathBuf,
}

/// Held while it lives.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "closing it gives the lock back")] File);

impl Cache {
    /// Where the cache is, whether it exists or not.
    ///
    /// # Errors
    /// [`Problem`] when neither `TOKIO_CMD_CACHE` nor the system tells.
    pub(crate) fn locate(working_folder: &Path) -> Result<Self, Problem> {
        let named = std::env::var_os("TOKIO_CMD_CACHE").filter(|path| !path.is_empty());
        let root = match named {
            Some(path) => working_folder.join(path),
            None => etcetera::choose_base_strategy()
                .map(|base| base.cache_dir().join("tokio-cmd"))
                .map_err(|_| {
                    Problem::environment(
                        "no-cache",
                        "no cache folder: there is no home folder",
                        "set HOME or TOKIO_CMD_CACHE",
                    )
                })?,
        };
        Ok(Self {
            folder: root.join(LAYOUT),
            root,
        })
    }

    /// Locates the cache and makes sure that it can be written.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn open(working_folder: &Path) -> Result<Self, Problem> {
        let cache = Self::locate(working_folder)?;
        for folder in [
            &cache.folder,
            &cache.units(),
            &cache.families(),
            &cache.temporary(),
        ] {
            fs::create_dir_all(folder).map_err(|error| Problem::io(folder, &error))?;
        }
        // Backup programs pass such folders by.
        let tag = cache.root.join("CACHEDIR.TAG");
        if !tag.exists() {
            super::files::write(&tag, "Signature: 8a477f597d28d172789f06886806bc55\n# Built by tokio-cmd; safe to remove.\n")
                .map_err(|error| Problem::io(&tag, &error))?;
        }
        Ok(cache)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn units(&self) -> PathBuf {
        self.folder.join("units")
    }

    pub(crate) fn families(&self) -> PathBuf {
        self.folder.join("families")
    }

    pub(crate) fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// A folder for work that is moved into place or dropped.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn scratch_folder(&self) -> Result<tempfile::TempDir, Problem> {
        let folder = self.temporary();
        tempfile::Builder::new()
            .prefix("w")
            .tempdir_in(&folder)
            .map_err(|error| Problem::io(&folder, &error))
    }

    /// Many may read and build units at once; one alone builds dependencies or cleans.
    ///
    /// # Errors
    /// [`Problem`] when the lock file cannot be used; the interruption, when one came while waiting.
    pub(crate) async fn lock(
        &self,
        alone: bool,
        supervisor: &Supervisor,
        listener: &dyn Listener,
    ) -> anyhow::Result<Held> {
        let path = self.folder.join("lock");
        let problem = |error: std::io::Error| Problem::io(&path, &error);
        let file = File::options()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(problem)?;
        let mut told = false;
        loop {
            let tried = if alone {
                file.try_lock()
            } else {
                file.try_lock_shared()
            };
            match tried {
                Ok(()) => return Ok(Held(file)),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(problem(error).into()),
            }
            if !told {
                listener.note("waiting for another tokio-cmd that is building");
                told = true;
            }
            supervisor.check()?;
            tokio::time::sleep(TRY_AGAIN).await;
        }
    }

    /// How many bytes the folder holds.
    pub(crate) fn size(&self) -> u64 {
        size(&self.root)
    }

    /// Removes what this program keeps, and nothing else that may lie beside it.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        let Ok(read) = fs::read_dir(&self.root) else {
            return Ok(());
        };
        for entry in read.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_layout = name
                .strip_prefix('v')
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
            if is_layout {
                let path = entry.path();
                fs::remove_dir_all(&path).map_err(|error| Problem::io(&path, &error))?;
            }
        }
        Ok(())
    }
}

fn size(path: &Path) -> u64 {
    let Ok(read) = fs::read_dir(path) else {
        return 0;
    };
    read.filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
