//! The record of what was written: beside it, so that it goes where the files go.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::atomic;
use crate::error::Problem;

const FILE: &str = ".tokio-cmd.json";

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    version: String,
    /// SHA-256 by file name.
    files: BTreeMap<String, String>,
}

impl Record {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), hash(text)))
            .collect();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            files,
        }
    }

    /// Without a record nothing is this program's.
    pub(super) fn read(folder: &Path) -> Self {
        let text = fs::read(folder.join(FILE)).ok();
        text.and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    pub(super) fn holds(&self, name: &str, text: &[u8]) -> bool {
        self.files
            .get(name)
            .is_some_and(|recorded| *recorded == hash(text))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), Problem> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let path = folder.join(FILE);
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            return Ok(());
        }
        atomic::replace(&path, text).map_err(|error| Problem::io(&path, &error))
    }

    pub(super) fn remove(folder: &Path) -> Result<(), Problem> {
        let path = folder.join(FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Problem::io(&path, &error))
            }
            _ => Ok(()),
        }
    }
}

fn hash(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text)
        .iter()
        .fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
