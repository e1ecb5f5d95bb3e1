//! What the TOML files beside the content may say. Unknown keys are refused, and an error names the file and the line.
//!
//! Shared with `build.rs`: it depends on nothing else of the program.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// `snippet.toml`: what Rust cannot say about a snippet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SnippetManifest {
    #[serde(default)]
    pub also: Vec<String>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub keywords: Vec<String>,
    #[serde(default)]
    pub see_also: Vec<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterManifest>,
    #[serde(default)]
    pub dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    pub dev_dependencies: BTreeMap<String, Dependency>,
    /// The lowest tokio version that has everything the snippet names.
    pub min_tokio: Option<String>,
    pub platform: Option<Platform>,
    #[serde(default)]
    pub mistake: Vec<MistakeManifest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    Unix,
}

/// A top-level `const` that `--set` may change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterManifest {
    #[serde(rename = "const")]
    pub constant: String,
    pub kind: Kind,
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    /// For `choice`: what the user writes, and the Rust expression that stands for it.
    #[serde(default)]
    pub choices: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Bool,
    Usize,
    U8,
    U16,
    U32,
    U64,
    I32,
    I64,
    F64,
    Text,
    Duration,
    Size,
    SocketAddress,
    Choice,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Usize => "usize",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F64 => "f64",
            Self::Text => "text",
            Self::Duration => "duration",
            Self::Size => "size",
            Self::SocketAddress => "socket-address",
            Self::Choice => "choice",
        }
    }
}

/// A bound is written in the form of its kind: `1`, `0.5`, `"250ms"`, `"8KiB"`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Bound {
    Integer(i64),
    Float(f64),
    Text(String),
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

/// One dependency, in cargo's syntax.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Dependency {
    Version(String),
    Table(DependencyTable),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DependencyTable {
    pub version: Option<String>,
    #[serde(default)]
    pub workspace: bool,
    #[serde(default)]
    pub features: Vec<String>,
    pub default_features: Option<bool>,
    pub package: Option<String>,
}

impl Dependency {
    pub fn table(&self) -> DependencyTable {
        match self {
            Self::Version(version) => DependencyTable {
                version: Some(version.clone()),
                ..DependencyTable::default()
            },
            Self::Table(table) => table.clone(),
        }
    }
}

/// A program under `mistakes/` that fails in the way it says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MistakeManifest {
    pub file: String,
    pub fails: Fails,
    /// What it prints when it fails; a `hang` has none.
    #[serde(default)]
    pub message: String,
    pub code: Option<String>,
    pub lint: Option<String>,
    /// Other wordings under which people meet it.
    #[serde(default, rename = "match")]
    pub other_wordings: Vec<String>,
    pub why: String,
    /// Replaces the snippet's dependencies where these are the mistake.
    pub dependencies: Option<BTreeMap<String, Dependency>>,
}

impl MistakeManifest {
    /// The file's name without its ending: the second half of the mistake's id.
    pub fn stem(&self) -> &str {
        self.file.strip_suffix(".rs").unwrap_or(&self.file)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fails {
    Compile,
    Panic,
    Hang,
    Output,
    Lint,
}

impl Fails {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Panic => "panic",
            Self::Hang => "hang",
            Self::Output => "output",
            Self::Lint => "lint",
        }
    }
}

/// `topic.toml`: how a topic is called and found.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicManifest {
    pub title: String,
    /// The snippet whose code stands in the topic's own answer.
    pub lead: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub keywords: Vec<String>,
}

/// `synonyms.toml`: what people of other worlds call a thing, and the catalogue's words for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synonyms {
    pub synonyms: BTreeMap<String, Vec<String>>,
}

/// `workspace.toml`: every version once, and the dependency families.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    pub workspace: WorkspaceTable,
    pub families: BTreeMap<String, Family>,
    /// Crate -> feature -> what it turns on: a feature, or `CRATE/FEATURE`.
    #[serde(default)]
    pub implies: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Snippet -> crates that do its job.
    #[serde(default)]
    pub instead: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkspaceTable {
    /// The lowest tokio that the catalogue was tried with: what declares no `min-tokio` builds with it.
    pub lowest_tokio: String,
    pub dependencies: BTreeMap<String, Dependency>,
}

/// A set of crates that is built once and shared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Family {
    pub dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    pub dev_dependencies: BTreeMap<String, Dependency>,
}

impl Workspace {
    /// The first family whose crates cover the given ones.
    pub fn family_for(&self, crates: &BTreeSet<String>) -> Option<&str> {
        self.families.iter().find_map(|(name, family)| {
            let covers = |krate: &String| {
                family.dependencies.contains_key(krate)
                    || family.dev_dependencies.contains_key(krate)
            };
            crates.iter().all(covers).then_some(name.as_str())
        })
    }
}

/// `template.toml`: a project that `new` makes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TemplateManifest {
    pub summary: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub keywords: Vec<String>,
    #[serde(default)]
    pub next_steps: Vec<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterManifest>,
    /// A file of the project, and the snippet whose module it is.
    #[serde(default)]
    pub snippets: BTreeMap<String, String>,
}

/// `proof.toml`: what was proven, for which files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Over the entry's files (this one aside) and its family's lock file.
    pub hash: String,
    pub tokio: String,
    pub rustc: String,
    pub date: String,
    pub proven: Vec<String>,
}

/// Parses one of the above; the error names file and line, as `FILE:LINE: what`.
pub fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            let start = span.start.min(text.len());
            text[..start].matches('\n').count() + 1
        });
        format!("{path}:{line}: {}", error.message())
    })
}
