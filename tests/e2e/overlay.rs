//! A team's own entries in a folder of their own: the way to give the program snippets that the catalogue does not hold.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::folders;
use crate::invoke::{self, Invocation};

pub(crate) struct Overlay(TempDir);

impl Overlay {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    /// The program where these entries are known.
    pub(crate) fn tokio_cmd(&self) -> Invocation {
        invoke::tokio_cmd(self.0.path())
    }

    /// Writes a file of the entry `team:NAME`.
    pub(crate) fn write(&self, name: &str, path: &str, text: &str) {
        folders::write(&self.folder(name).join(path), text);
    }

    /// Makes the entry `team:NAME` of a folder, which it gives.
    pub(crate) fn copy(&self, from: &Path, name: &str) -> PathBuf {
        folders::copy(from, &self.folder(name));
        self.folder(name)
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.0.path().join(".tokio-cmd/snippets/team").join(name)
    }
}
