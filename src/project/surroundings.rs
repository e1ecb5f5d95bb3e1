//! What a folder lies in: a cargo workspace, a repository, a lock file.

use std::fs;
use std::path::{Path, PathBuf};

/// What a workspace around a new crate means for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// No workspace is around.
    None,
    /// The workspace's `members` cover it already.
    Member { root: PathBuf, pattern: String },
    /// The workspace excludes it.
    Excluded { root: PathBuf },
    /// A workspace is around that does not know it: it needs a `[workspace]` of its own.
    Alone { root: PathBuf },
}

/// Looks for a workspace around the folder of a new crate.
pub fn membership(crate_folder: &Path) -> Membership {
    for folder in crate_folder.ancestors().skip(1) {
        let Ok(text) = fs::read_to_string(folder.join("Cargo.toml")) else {
            continue;
        };
        let Ok(table) = text.parse::<toml::Table>() else {
            continue;
        };
        let Some(workspace) = table.get("workspace") else {
            continue;
        };
        let root = folder.to_owned();
        let below = crate_folder.strip_prefix(folder).unwrap_or(crate_folder);
        let patterns = |key: &str| -> Vec<String> {
            let list = workspace.get(key).and_then(toml::Value::as_array);
            list.into_iter()
                .flatten()
                .filter_map(toml::Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        if patterns("exclude")
            .iter()
            .any(|pattern| below.starts_with(pattern))
        {
            return Membership::Excluded { root };
        }
        let member = patterns("members")
            .into_iter()
            .find(|pattern| covers(pattern, below));
        return member.map_or(Membership::Alone { root: root.clone() }, |pattern| {
            Membership::Member { root, pattern }
        });
    }
    Membership::None
}

/// Whether a pattern of `members` covers a path: `crates/*`, part by part.
fn covers(pattern: &str, path: &Path) -> bool {
    let pattern: Vec<_> = pattern
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let path: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(&path)
            .all(|(pattern, part)| part_matches(pattern, part))
}

fn part_matches(pattern: &str, part: &str) -> bool {
    let Some((start, end)) = pattern.split_once('*') else {
        return pattern == part;
    };
    part.len() >= start.len() + end.len() && part.starts_with(start) && part.ends_with(end)
}

/// The folder that holds `.git`, at or above this one.
pub fn repository(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
}

/// The version of tokio in the `Cargo.lock` at or above this folder; the newest where it holds several.
pub fn locked_tokio(folder: &Path) -> Option<String> {
    let lock = folder
        .ancestors()
        .find_map(|folder| fs::read_to_string(folder.join("Cargo.lock")).ok())?;
    let mut versions: Vec<_> = lock
        .split("[[package]]")
        .filter(|package| package.contains("\nname = \"tokio\"\n"))
        .filter_map(|package| {
            package
                .lines()
                .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        })
        .filter(|version| {
            version.len() < 40
                && version
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b))
        })
        .map(str::to_owned)
        .collect();
    versions.sort_by_key(|version| numbers(version));
    versions.pop()
}

/// `1.54.1` as numbers that compare.
pub fn numbers(version: &str) -> Vec<u64> {
    version
        .split(['.', '-', '+'])
        .map_while(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_matched_part_by_part() {
        assert!(covers("crates/*", Path::new("crates/a")));
        assert!(covers("./a", Path::new("a")));
        assert!(covers("app-*", Path::new("app-x")));
        assert!(!covers("crates/*", Path::new("crates/a/b")));
        assert!(!covers("crates/*", Path::new("a")));
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.9.0") < numbers("1.54.1"));
    }
}
