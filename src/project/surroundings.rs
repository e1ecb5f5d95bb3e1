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
    Alone { root: PathBuf, path: PathBuf },
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
        let members = patterns("members");
        // As cargo has it: a member that is named without a wildcard is one, whatever is excluded.
        let is_below = |pattern: &String| below.starts_with(pattern.trim_start_matches("./"));
        if patterns("exclude").iter().any(is_below) && !members.iter().any(is_below) {
            return Membership::Excluded { root };
        }
        let member = members.into_iter().find(|pattern| covers(pattern, below));
        let path = below.to_owned();
        return match member {
            Some(pattern) => Membership::Member { root, pattern },
            None => Membership::Alone { root, path },
        };
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

/// The wildcards that cargo knows within a part: `*`, `?`, `[a-z]`, `[!a-z]`.
fn part_matches(pattern: &str, part: &str) -> bool {
    let mut characters = part.chars();
    let Some(first) = pattern.chars().next() else {
        return part.is_empty();
    };
    match first {
        '*' => {
            let rest = &pattern[1..];
            let mut starts = part.char_indices().map(|(at, _)| at).chain([part.len()]);
            starts.any(|at| part_matches(rest, &part[at..]))
        }
        '[' if pattern[1..].contains(']') => {
            let (set, rest) = pattern[1..].split_once(']').unwrap_or_default();
            let next = characters.next();
            next.is_some_and(|next| is_in(set, next)) && part_matches(rest, characters.as_str())
        }
        _ => {
            let next = characters.next();
            next.is_some_and(|next| first == '?' || first == next)
                && part_matches(&pattern[first.len_utf8()..], characters.as_str())
        }
    }
}

/// Whether a set such as `a-cx` or `!a-c` has the character.
fn is_in(set: &str, character: char) -> bool {
    let (set, wanted) = set
        .strip_prefix('!')
        .map_or((set, true), |set| (set, false));
    let set: Vec<_> = set.chars().collect();
    let mut at = 0;
    let mut found = false;
    while at < set.len() {
        if let [low, '-', high, ..] = set[at..] {
            found |= (low..=high).contains(&character);
            at += 3;
        } else {
            found |= set[at] == character;
            at += 1;
        }
    }
    found == wanted
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
        assert!(covers("*-*", Path::new("a-b-c")));
        assert!(covers("crat?s/[a-cx]*", Path::new("crates/x1")));
        assert!(covers("[!a-c]*", Path::new("d")));
        assert!(!covers("[!a-c]*", Path::new("b")));
        assert!(!covers("*-*", Path::new("ab")));
        assert!(!covers("a?", Path::new("a")));
        assert!(!covers("crates/*", Path::new("crates/a/b")));
        assert!(!covers("crates/*", Path::new("a")));
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.9.0") < numbers("1.54.1"));
    }
}
