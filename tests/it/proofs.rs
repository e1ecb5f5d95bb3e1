//! Every snippet has its proof record, and the record is of the very files that lie beside it.

use std::collections::BTreeSet;

use tokio_cmd::catalog::entry;
use tokio_cmd::catalog::manifest::{self, Dependency, Proof};
use tokio_cmd::scratch;

use crate::content::{Complaints, snippets, text_of};

const CURE: &str = "`tokio-cmd test --all --record snippets` proves and records";

#[test]
fn every_snippet_has_a_proof_record_of_its_present_files() {
    let workspace = entry::workspace().unwrap();
    let tokio = workspace.workspace.dependencies.get("tokio");
    let tokio = tokio.map(Dependency::table).and_then(|table| table.version);
    let tokio = tokio.expect("workspace.toml names tokio's version");
    let mut broken = Complaints::default();
    for entry in snippets() {
        let id = &entry.id;
        let Some(text) = entry.files.get("proof.toml") else {
            broken.add(format!("{id}: there is no proof.toml"));
            continue;
        };
        let proof: Proof = match manifest::parse(&format!("{id}/proof.toml"), text) {
            Ok(proof) => proof,
            Err(problem) => {
                broken.add(problem);
                continue;
            }
        };
        broken.unless(proof.hash == scratch::hash(&entry), || {
            format!("{id}: its files or its family's lock changed after they were proven")
        });
        broken.unless(proof.tokio == tokio, || {
            format!("{id}: proven with tokio {}, not {tokio}", proof.tokio)
        });
        for word in ["compiled", "linted", "run", "tested"] {
            broken.unless(proof.proven.iter().any(|said| said == word), || {
                format!("{id}: it was not {word}")
            });
        }
        let mistakes = entry.manifest.mistake.len();
        let counted = proof
            .proven
            .iter()
            .any(|said| said.starts_with(&format!("{mistakes} ")));
        broken.unless(mistakes == 0 || counted, || {
            format!(
                "{id}: {:?} does not count its {mistakes} mistakes",
                proof.proven
            )
        });
        broken.unless(is_date(&proof.date), || {
            format!("{id}: date {}", proof.date)
        });
    }
    broken.must_be_none(&format!("every snippet is proven as it is ({CURE})"));
}

fn is_date(text: &str) -> bool {
    let form = text
        .bytes()
        .map(|b| if b.is_ascii_digit() { b'0' } else { b });
    form.eq(*b"0000-00-00")
}

/// Were the hash blind for a file, a record would stay current when that file changes.
#[test]
fn the_hash_sees_every_file_but_the_record() {
    for entry in snippets() {
        let hash = scratch::hash(&entry);
        for path in entry.files.keys() {
            let mut changed = entry.clone();
            changed.files.get_mut(path).unwrap().to_mut().push('\n');
            let same = scratch::hash(&changed) == hash;
            assert_eq!(same, path == "proof.toml", "{}: {path}", entry.id);
        }
        let mut elsewhere = entry.clone();
        elsewhere.family = None;
        assert_ne!(
            scratch::hash(&elsewhere),
            hash,
            "{}: the lock counts",
            entry.id
        );
    }
}

/// The rows of a record, their cells; the first row says what they are.
fn rows(record: &str) -> Vec<Vec<&str>> {
    let cells = |line| str::split(line, '\t').collect();
    record.lines().skip(1).map(cells).collect()
}

/// The long proof of minimal features (`tests/e2e/minimal.rs`) is too long for every run; its record says what it was of.
#[test]
fn every_snippets_features_were_proven_for_its_very_files() {
    let record = text_of("tests/it/data/minimal.tsv");
    let rows = rows(&record);
    let mut broken = Complaints::default();
    for entry in snippets() {
        let row = rows.iter().find(|row| row[0] == entry.id);
        let hash = row.map(|row| row[1]);
        broken.unless(hash == Some(&scratch::hash(&entry)), || {
            format!("{}: its features were proven for other files", entry.id)
        });
        let proven: BTreeSet<&str> = row
            .into_iter()
            .flat_map(|row| row[2..].iter().flat_map(|list| list.split(',')))
            .filter(|feature| !feature.is_empty())
            .collect();
        let declared = entry.manifest.dependencies.iter();
        let declared: BTreeSet<String> = declared
            .flat_map(|(name, dependency)| {
                let features = dependency.table().features.into_iter();
                features.map(move |feature| format!("{name}/{feature}"))
            })
            .collect();
        broken.unless(
            proven
                .iter()
                .copied()
                .eq(declared.iter().map(String::as_str)),
            || format!("{}: declared {declared:?}, proven {proven:?}", entry.id),
        );
    }
    broken.unless(rows.len() == snippets().len(), || {
        format!("{} rows for {} snippets", rows.len(), snippets().len())
    });
    broken.must_be_none("`cargo test --test e2e -- --ignored minimal::` was run on these files");
}

/// So is that of versions (`tests/e2e/versions.rs`): what is said of an older tokio is what was tried.
#[test]
fn every_snippets_lowest_tokio_was_proven_for_its_very_files() {
    let workspace = entry::workspace().expect("it is well-formed");
    let lowest_of_all = workspace.workspace.lowest_tokio;
    let minor = |version: &str| version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let record = text_of("tests/it/data/versions.tsv");
    let rows = rows(&record);
    let mut broken = Complaints::default();
    for entry in snippets() {
        let row = rows.iter().find(|row| row[0] == entry.id);
        let hash = row.map(|row| row[1]);
        broken.unless(hash == Some(&scratch::hash(&entry)), || {
            format!("{}: its lowest tokio was proven for other files", entry.id)
        });
        let said = entry.manifest.min_tokio.as_ref().unwrap_or(&lowest_of_all);
        let proven = row.map(|row| row[2].to_owned());
        broken.unless(proven == Some(minor(said)), || {
            format!("{}: says {said}, proven {proven:?}", entry.id)
        });
        broken.unless(row.is_some_and(|row| row.len() == 4), || {
            format!("{}: its row is {row:?}", entry.id)
        });
    }
    broken.unless(rows.len() == snippets().len(), || {
        format!("{} rows for {} snippets", rows.len(), snippets().len())
    });
    broken.must_be_none("`cargo test --test e2e -- --ignored versions::` was run on these files");
}
