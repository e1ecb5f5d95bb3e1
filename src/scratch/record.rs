//! The proof record: what was proven, for exactly which files. It is quoted, never trusted: a law compares its hash, and
//! CI proves again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::catalog::entry::{self, Entry};
use crate::catalog::manifest::{self, Dependency, Proof};
use crate::error::Problem;

const RECORD: &str = "proof.toml";

/// The hash of an entry's files (its record aside) and of its family's lock file.
pub fn hash(entry: &Entry) -> String {
    let mut hasher = Sha256::new();
    let mut feed = |field: &str| {
        hasher.update(field.len().to_le_bytes());
        hasher.update(field);
    };
    for (path, text) in entry
        .files
        .iter()
        .filter(|(path, _)| path.as_str() != RECORD)
    {
        feed(path);
        feed(text);
    }
    feed(
        entry
            .family
            .as_deref()
            .and_then(entry::family_lock)
            .unwrap_or_default(),
    );
    hasher.finalize()[..16]
        .iter()
        .fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// `rustc 1.95.0` as `1.95.0`.
pub(crate) fn number(version: &str) -> String {
    version.rsplit(' ').next().unwrap_or(version).to_owned()
}

/// Writes the record beside the snippet in `folder`, which must hold the very files that were proven.
pub(crate) fn write(folder: &Path, proven: &Entry, rustc: &str) -> anyhow::Result<()> {
    let place = folder.join(&proven.topics[0]).join(&proven.id);
    let is_proven = |path: &&String| path.as_str() != RECORD;
    let mut here = BTreeMap::new();
    read_below(&place, "", &mut here).map_err(|error| Problem::io(&place, &error))?;
    let old = here.remove(RECORD);
    let paths = here.keys().chain(proven.files.keys().filter(is_proven));
    for path in paths {
        let proven = proven.files.get(path).map(|text| text.as_bytes());
        if here.get(path).map(Vec::as_slice) != proven {
            let path = crate::error::shown(&place.join(path));
            return Err(Problem::refused(
                "not-proven",
                format!("{path} is not what was proven"),
                "build the program again, so that it holds these files",
            )
            .into());
        }
    }
    let hash = hash(proven);
    let what = what(proven);
    let tokio = tokio_version()?;
    let rustc = number(rustc);
    // What is in the folder counts, not what this program was built with.
    let old: Option<Proof> = old
        .and_then(|text| String::from_utf8(text).ok())
        .and_then(|text| manifest::parse(RECORD, &text).ok())
        .filter(|old: &Proof| old.hash == hash);
    if old
        .as_ref()
        .is_some_and(|old| old.tokio == tokio && old.rustc == rustc && old.proven == what)
    {
        return Ok(());
    }
    // The date changes only when the hash does.
    let date = old.map_or_else(today, |old| old.date);
    let record = Proof {
        hash,
        tokio,
        rustc,
        date,
        proven: what,
    };
    let path = place.join(RECORD);
    crate::atomic::replace(&path, text(&record)).map_err(|error| Problem::io(&path, &error))?;
    Ok(())
}

/// All files below a folder, by their path in it.
fn read_below(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_below(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn what(entry: &Entry) -> Vec<String> {
    let mut what: Vec<String> = ["compiled", "linted", "run", "tested"]
        .map(str::to_owned)
        .into();
    match entry.manifest.mistake.len() {
        0 => {}
        1 => what.push("1 mistake fails as it says".to_owned()),
        count => what.push(format!("{count} mistakes fail as they say")),
    }
    what
}

fn text(record: &Proof) -> String {
    format!(
        "# Written by `tokio-cmd test --all --record snippets`.\nhash = {:?}\ntokio = {:?}\nrustc = {:?}\ndate = {:?}\nproven = {:?}\n",
        record.hash, record.tokio, record.rustc, record.date, record.proven
    )
}

/// The tokio that the catalogue is proven with.
fn tokio_version() -> anyhow::Result<String> {
    let workspace = entry::workspace()?;
    let tokio = workspace
        .workspace
        .dependencies
        .get("tokio")
        .map(Dependency::table);
    Ok(tokio.and_then(|table| table.version).unwrap_or_default())
}

/// Today in UTC, as `2026-11-25`.
fn today() -> String {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// A day since 1970 as a date of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
fn date(days: u64) -> String {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_782), "2026-11-25");
    }
}
