//! A team's own entries: `.tokio-cmd/snippets` from the working directory up to the repository root. The only file of
//! the catalogue that reads from the disk.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::entry::{Entry, Origin};
use super::manifest;

/// A larger file is no snippet's.
const LARGEST: u64 = 256 * 1024;

/// What was found, and one line for each entry that was left out.
#[derive(Debug, Default)]
pub struct Overlay {
    pub entries: Vec<Entry>,
    pub left_out: Vec<String>,
}

/// Reads the overlays that apply in `start`. The nearest folder wins where two hold the same name.
pub fn read(start: &Path) -> Overlay {
    let mut overlay = Overlay::default();
    let mut names = HashSet::new();
    for root in roots(start) {
        for topic in folders(&root) {
            for folder in folders(&topic) {
                match entry(&topic, &folder) {
                    Ok(entry) if names.insert(entry.id.clone()) => {
                        overlay.entries.push(entry);
                    }
                    Ok(_) => {}
                    Err(why) => overlay
                        .left_out
                        .push(format!("left out {}: {why}", folder.display())),
                }
            }
        }
    }
    overlay
}

/// From the working directory up to the folder that holds `.git`; without a repository, the working directory alone.
fn roots(start: &Path) -> Vec<PathBuf> {
    let depth = start
        .ancestors()
        .position(|folder| folder.join(".git").exists())
        .unwrap_or(0);
    start
        .ancestors()
        .take(depth + 1)
        .map(|folder| folder.join(".tokio-cmd/snippets"))
        .filter(|folder| folder.is_dir())
        .collect()
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let Ok(read) = fs::read_dir(path) else {
        return Vec::new();
    };
    let mut found: Vec<_> = read
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

fn entry(topic: &Path, folder: &Path) -> Result<Entry, String> {
    let name = |path: &Path| -> Result<String, String> {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let good = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        good.then(|| name.to_owned())
            .ok_or_else(|| "a name is lower-case letters, digits and hyphens".to_owned())
    };
    let mut files = BTreeMap::new();
    read_files(folder, "", &mut files)?;
    read_files(&folder.join("mistakes"), "mistakes/", &mut files)?;
    let text = files.get("snippet.toml").ok_or("it has no snippet.toml")?;
    let path = folder.join("snippet.toml").display().to_string();
    let manifest = manifest::parse(&path, text)?;
    if !files.contains_key("main.rs") {
        return Err("it has no main.rs".to_owned());
    }
    Ok(Entry {
        id: format!("team:{}", name(folder)?),
        topics: vec![name(topic)?],
        manifest,
        files,
        origin: Origin::Team(folder.to_owned()),
        family: None,
    })
}

fn read_files(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Cow<'static, str>>,
) -> Result<(), String> {
    let Ok(read) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in read.filter_map(Result::ok) {
        let Ok(meta) = entry.metadata() else { continue };
        let name = entry.file_name().to_string_lossy().into_owned();
        if !meta.is_file() {
            continue;
        }
        if meta.len() > LARGEST {
            return Err(format!("{name} is larger than {LARGEST} bytes"));
        }
        let text = fs::read_to_string(entry.path()).map_err(|error| format!("{name}: {error}"))?;
        files.insert(format!("{prefix}{name}"), Cow::Owned(text));
    }
    Ok(())
}
