//! What Tokio raises towards its users (`data/messages.toml`): each of its messages has an entry, or a reason to have none.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use tokio_cmd::catalog::lookup::{self, Found};
use tokio_cmd::catalog::{Catalog, search};

use crate::content::{Complaints, repository, text_of};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Messages {
    tokio: String,
    tokio_util: String,
    tokio_stream: String,
    tokio_macros: String,
    message: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Message {
    /// With `{}` for what differs.
    text: String,
    /// Crate and file.
    source: String,
    raised_by: String,
    entry: Option<String>,
    reason: Option<String>,
}

fn messages() -> Messages {
    toml::from_str(&text_of("tests/it/data/messages.toml")).expect("messages.toml")
}

#[test]
fn every_message_has_an_entry_or_a_reason() {
    let messages = messages();
    let lock = text_of("snippets/families/core/Cargo.lock");
    let mut broken = Complaints::default();
    for (name, version) in [
        ("tokio", &messages.tokio),
        ("tokio-util", &messages.tokio_util),
        ("tokio-stream", &messages.tokio_stream),
        ("tokio-macros", &messages.tokio_macros),
    ] {
        let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        broken.unless(lock.contains(&locked), || {
            format!("the list is of {name} {version}, the catalogue is not")
        });
    }
    let mut seen = BTreeSet::new();
    for message in &messages.message {
        let Message { text, source, .. } = message;
        broken.unless(seen.insert((text, source, &message.raised_by)), || {
            format!("{source}: `{text}` is listed twice")
        });
        let said = [&message.entry, &message.reason].map(|one| one.as_deref().unwrap_or_default());
        broken.unless(said[0].is_empty() != said[1].is_empty(), || {
            format!("{source}: `{text}` needs an entry or a reason")
        });
        broken.unless(
            said[0].is_empty() || lookup::mistake(said[0]).is_some(),
            || format!("{source}: `{text}`: no mistake `{}`", said[0]),
        );
    }
    let entries: BTreeSet<_> = messages
        .message
        .iter()
        .filter_map(|m| m.entry.as_ref())
        .collect();
    println!(
        "{} messages, {} with an entry ({} entries), the others with a reason",
        messages.message.len(),
        messages
            .message
            .iter()
            .filter(|m| m.entry.is_some())
            .count(),
        entries.len(),
    );
    broken.must_be_none("every message of Tokio's has an entry or a reason");
}

/// Asked as it is raised, a message finds the snippet whose mistake raises it among the first three.
#[test]
fn every_message_with_an_entry_finds_it() {
    let catalog = Catalog::new(env::temp_dir());
    let mut broken = Complaints::default();
    for message in messages().message {
        let Some(entry) = &message.entry else {
            continue;
        };
        let said = message.text.replace("{}", "x");
        let hits = search::search(&catalog, &said).hits;
        let snippet = entry.split('/').next().unwrap_or_default();
        let found: Vec<_> = hits.iter().take(3).map(|hit| hit.found.id()).collect();
        let right = |hit: &search::Hit<'_>| match &hit.found {
            Found::Mistake(mistake) => mistake.snippet == snippet,
            found => found.id() == snippet,
        };
        broken.unless(hits.iter().take(3).any(right), || {
            format!("`{said}` finds {found:?}, not `{entry}`")
        });
    }
    broken.must_be_none("a message finds its entry");
}

/// The folder of a package that this repository itself is built with.
fn source_of(name: &str, version: &str) -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("cargo's metadata");
    let package = told["packages"].as_array().into_iter().flatten();
    let mut package = package.filter(|one| one["name"] == name && one["version"] == version);
    let manifest = package.next().expect("a dependency of the repository")["manifest_path"]
        .as_str()
        .expect("a path");
    Path::new(manifest).with_file_name("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder of sources") {
            let path = entry.unwrap().path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let not_raised = [
                "tests",
                "tests.rs",
                "loom",
                "windows",
                "mocked.rs",
                "mocks.rs",
            ]
            .contains(&name.as_str());
            match () {
                () if not_raised => {}
                () if path.is_dir() => open.push(path),
                () if name.ends_with(".rs") => found.push(path),
                () => {}
            }
        }
    }
    found
}

/// Texts that a source raises: the first literal after these words, with `{}` for what is filled in. Only sentences: a
/// name alone is what `Debug` prints.
fn raised_in(source: &str) -> BTreeSet<String> {
    const RAISES: [&str; 6] = [
        "panic!(",
        ".expect(",
        "unreachable!(",
        "compile_error!(",
        "write_str(",
        "Error::other(",
    ];
    // Tests stand last.
    let tests = ["#[cfg(test)]", "#[cfg(all(test"];
    let tests = tests.iter().filter_map(|tests| source.find(tests)).min();
    let code: String = source[..tests.unwrap_or(source.len())]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut found = BTreeSet::new();
    for raises in RAISES {
        for (at, _) in code.match_indices(raises) {
            let rest = code[at + raises.len()..].trim_start();
            if let Some(text) = rest.strip_prefix('"').map(literal)
                && text.trim().contains(' ')
            {
                found.insert(unfilled(&text));
            }
        }
    }
    found
}

/// A string literal's text, up to its closing quote.
fn literal(rest: &str) -> String {
    let mut text = String::new();
    let mut rest = rest.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '"' => break,
            '\\' => match rest.next() {
                // The line goes on at the next line's first word.
                Some('\n') => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => {}
            },
            next => text.push(next),
        }
    }
    text
}

/// `{name:?}` as `{}`.
fn unfilled(text: &str) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("{}");
        out.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    out
}

/// The list is made from the sources, and holds all that they raise.
#[test]
fn nothing_that_tokios_sources_raise_is_missing() {
    let messages = messages();
    let listed: BTreeSet<String> = messages.message.iter().map(|m| unfilled(&m.text)).collect();
    let mut broken = Complaints::default();
    let mut seen = 0;
    for (name, version) in [
        ("tokio", &messages.tokio),
        ("tokio-macros", &messages.tokio_macros),
    ] {
        let folder = source_of(name, version);
        for file in rust_files(&folder) {
            let text = fs::read_to_string(&file).expect("a source file");
            for raised in raised_in(&text) {
                seen += 1;
                let below = file.strip_prefix(&folder).unwrap_or(&file);
                broken.unless(listed.contains(&raised), || {
                    format!("{name}/src/{}: `{raised}`", below.display())
                });
            }
        }
    }
    assert!(seen > 100, "only {seen} messages found in the sources");
    broken.must_be_none("every message that Tokio's sources raise is listed");
}
