//! The entries that the laws are about, and the files that they were made from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tokio_cmd::catalog::entry::Entry;
use tokio_cmd::catalog::{index, manifest::ParameterManifest};
use tokio_cmd::project::plan::{self, ProjectTemplate};
use tokio_cmd::render::parameters::Files;

/// The repository that is tested.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn snippets() -> Vec<Entry> {
    let read = |snippet| Entry::read(snippet).expect("build.rs has read it");
    index::SNIPPETS.iter().map(read).collect()
}

pub(crate) fn templates() -> Vec<ProjectTemplate> {
    let read = |template| plan::read(template).expect("build.rs has read it");
    index::TEMPLATES.iter().map(read).collect()
}

/// Files that share their parameters: a snippet's or a template's.
#[derive(Debug)]
pub(crate) struct Set {
    /// For messages: `snippet timeouts`.
    pub(crate) name: String,
    pub(crate) parameters: BTreeMap<String, ParameterManifest>,
    pub(crate) files: Files,
}

/// Every snippet and every template.
pub(crate) fn sets() -> Vec<Set> {
    let snippets = snippets().into_iter().map(|entry| Set {
        name: format!("snippet {}", entry.id),
        parameters: entry.manifest.parameters,
        files: entry.files,
    });
    let templates = templates().into_iter().map(|template| Set {
        name: format!("template {}", template.id),
        parameters: template.manifest.parameters,
        files: template.files,
    });
    snippets.chain(templates).collect()
}

/// The ids of all entries: topics, snippets, mistakes, templates.
pub(crate) fn ids() -> Vec<&'static str> {
    let topics = index::TOPICS.iter().map(|topic| topic.id);
    let snippets = index::SNIPPETS.iter().map(|snippet| snippet.id);
    let mistakes = index::MISTAKES.iter().map(|mistake| mistake.id);
    let templates = index::TEMPLATES.iter().map(|template| template.id);
    let all = topics.chain(snippets).chain(mistakes).chain(templates);
    all.collect()
}

/// Every file below a folder of the repository, by its path below that folder with `/`, sorted.
pub(crate) fn files_below(folder: &str) -> Vec<(String, PathBuf)> {
    let root = repository().join(folder);
    assert!(root.is_dir(), "{} is no folder", root.display());
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder of the repository") {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(&root).unwrap().to_string_lossy();
                found.push((below.replace('\\', "/"), path));
            }
        }
    }
    found.sort();
    found
}

/// A text file of the repository. One that is missing fails the test by its name.
pub(crate) fn text_of(path: &str) -> String {
    let full = repository().join(path);
    fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Collects what is wrong, so that one run names everything.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Vec<String>);

impl Complaints {
    pub(crate) fn add(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }

    pub(crate) fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    #[track_caller]
    pub(crate) fn must_be_none(self, law: &str) {
        let count = self.0.len();
        assert!(count == 0, "{law}; {count} broken:\n{}", self.0.join("\n"));
    }
}
