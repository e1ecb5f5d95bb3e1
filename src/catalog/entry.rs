//! One snippet, read: its manifest and its files, from the catalogue or from a team's overlay.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::manifest::{self, Proof, SnippetManifest, Workspace};
use super::{embed, index};

/// Where an entry comes from, and so what may be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Catalogue,
    /// A folder of the user's; nothing of it is proven by this program.
    Team(PathBuf),
}

#[derive(Debug, Clone)]
pub struct Entry {
    /// As it is addressed: an overlay's begins with `team:`.
    pub id: String,
    /// Home first.
    pub topics: Vec<String>,
    pub manifest: SnippetManifest,
    /// By path below the entry's folder.
    pub files: BTreeMap<String, Cow<'static, str>>,
    pub origin: Origin,
    /// `None` for what shares no built family: it is built alone.
    pub family: Option<String>,
}

impl Entry {
    /// Reads a snippet of the catalogue.
    ///
    /// # Errors
    /// When the embedded manifest is broken, which `build.rs` rules out.
    pub fn read(snippet: &index::Snippet) -> anyhow::Result<Self> {
        let folder = format!("{}/{}", snippet.topics[0], snippet.id);
        let files: BTreeMap<_, _> = embed::snippet_folder(&folder)
            .into_iter()
            .map(|(path, text)| (path, Cow::Borrowed(text)))
            .collect();
        let text = files.get("snippet.toml").map_or("", |text| text.as_ref());
        let manifest =
            manifest::parse(&format!("{folder}/snippet.toml"), text).map_err(anyhow::Error::msg)?;
        Ok(Self {
            id: snippet.id.to_owned(),
            topics: snippet
                .topics
                .iter()
                .map(|topic| (*topic).to_owned())
                .collect(),
            manifest,
            files,
            origin: Origin::Catalogue,
            family: Some(snippet.family.to_owned()),
        })
    }

    pub fn main(&self) -> &str {
        self.file("main.rs")
    }

    /// The module that is made to be copied: its file name and text.
    pub fn module(&self) -> Option<(&str, &str)> {
        let is_module = |path: &&String| {
            path.strip_suffix(".rs")
                .is_some_and(|stem| stem != "main" && !stem.contains('/'))
        };
        let path = self.files.keys().find(is_module)?;
        Some((path, self.file(path)))
    }

    /// The file whose head documents the entry: the module, or `main.rs` where there is none.
    pub fn head_file(&self) -> (&str, &str) {
        self.module().unwrap_or(("main.rs", self.main()))
    }

    pub fn file(&self, path: &str) -> &str {
        self.files.get(path).map_or("", |text| text.as_ref())
    }

    /// The id without `team:`.
    pub fn name(&self) -> &str {
        self.id.strip_prefix("team:").unwrap_or(&self.id)
    }

    /// What was proven of it, if its record is there and can be read.
    pub fn proof(&self) -> Option<Proof> {
        manifest::parse("proof.toml", self.files.get("proof.toml")?).ok()
    }
}

/// `workspace.toml`: versions and families.
///
/// # Errors
/// When the embedded file is broken, which `build.rs` rules out.
pub fn workspace() -> anyhow::Result<Workspace> {
    manifest::parse("workspace.toml", workspace_text()).map_err(anyhow::Error::msg)
}

/// `workspace.toml` as it is: for who needs to know no more than whether it changed.
pub fn workspace_text() -> &'static str {
    embed::snippet_file("workspace.toml").unwrap_or_default()
}

/// The lock file that ships for a family.
pub fn family_lock(family: &str) -> Option<&'static str> {
    embed::snippet_file(&format!("families/{family}/Cargo.lock"))
}
