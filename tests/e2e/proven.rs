//! The records of the long proofs, which run apart from the others (`tests/long.sh`): what was proven of which entry, for
//! which files. The laws of `tests/it/proofs.rs` run each time, and refuse a record that is not of the present files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use tokio_cmd::catalog::entry::Entry;
use tokio_cmd::catalog::index::SNIPPETS;
use tokio_cmd::report::Listener;
use tokio_cmd::scratch;

use crate::folders;
use crate::invoke::repository;

/// Who is told nothing of how far it is.
pub(crate) struct Deaf;

impl Listener for Deaf {
    fn progress(&self, _line: &str) {}
    fn step(&self, _line: &str) {}
    fn watches(&self) -> bool {
        false
    }
    fn note(&self, _line: &str) {}
    fn detail(&self, _line: &str) {}
}

pub(crate) fn entries() -> Vec<Entry> {
    let read = SNIPPETS.iter().map(|snippet| Entry::read(snippet).unwrap());
    read.collect()
}

/// `tests/it/data/NAME.tsv`: an entry's id, the hash of its files, and what else the proof found.
pub(crate) struct Record {
    path: PathBuf,
    header: &'static str,
    rows: BTreeMap<String, String>,
}

impl Record {
    /// What holds still: rows of entries that have changed, or are gone, are left out.
    pub(crate) fn read(name: &str, header: &'static str, entries: &[Entry]) -> Self {
        let path = repository().join(format!("tests/it/data/{name}.tsv"));
        let text = if path.exists() {
            folders::read(&path)
        } else {
            String::new()
        };
        let is_current = |id: &str, row: &str| {
            let entry = entries.iter().find(|entry| entry.id == id);
            entry.is_some_and(|entry| row.starts_with(&scratch::hash(entry)))
        };
        let rows = text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(id, row)| is_current(id, row))
            .map(|(id, row)| (id.to_owned(), row.to_owned()))
            .collect();
        Self { path, header, rows }
    }

    pub(crate) fn has(&self, entry: &Entry) -> bool {
        self.rows.contains_key(&entry.id)
    }

    /// Writes down what was proven of an entry, at once: it is kept also when the run is ended early.
    pub(crate) fn keep(&mut self, entry: &Entry, found: &[&str]) {
        let mut row = scratch::hash(entry);
        for cell in found {
            row += &format!("\t{cell}");
        }
        self.rows.insert(entry.id.clone(), row);
        let lines = self.rows.iter().map(|(id, row)| format!("{id}\t{row}\n"));
        let lines: String = lines.collect();
        folders::write(&self.path, &format!("{}\n{lines}", self.header));
    }
}
