//! Every snippet has its proof record, and the record is of the very files that lie beside it.

use std::collections::{BTreeMap, BTreeSet};

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

/// The cells of a long proof's record, by entry. The long proofs are too long for every run (`tests/long.sh`); a record that
/// is not of the very files that lie here is one complaint for each.
fn recorded(name: &str, broken: &mut Complaints) -> BTreeMap<String, Vec<String>> {
    let record = text_of(&format!("tests/it/data/{name}.tsv"));
    let rows: BTreeMap<String, Vec<String>> = record
        .lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned))
        .filter_map(|mut cells| Some((cells.next()?, cells.collect())))
        .collect();
    for entry in snippets() {
        let hash = rows.get(&entry.id).and_then(|row| row.first());
        broken.unless(hash == Some(&scratch::hash(&entry)), || {
            format!("{}: the proof `{name}` was of other files", entry.id)
        });
    }
    broken.unless(rows.len() == snippets().len(), || {
        format!("{} rows for {} snippets", rows.len(), snippets().len())
    });
    rows
}

/// `tests/e2e/minimal.rs`.
#[test]
fn every_snippets_features_were_proven_for_its_very_files() {
    let mut broken = Complaints::default();
    let rows = recorded("minimal", &mut broken);
    for entry in snippets() {
        let proven: BTreeSet<&str> = rows
            .get(&entry.id)
            .into_iter()
            .flat_map(|row| row[1..].iter().flat_map(|list| list.split(',')))
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
    broken.must_be_none("`cargo test --test e2e -- --ignored minimal::` was run on these files");
}

/// `tests/e2e/versions.rs`: what is said of an older tokio is what was tried.
#[test]
fn every_snippets_lowest_tokio_was_proven_for_its_very_files() {
    let workspace = entry::workspace().expect("it is well-formed");
    let lowest_of_all = workspace.workspace.lowest_tokio;
    let minor = |version: &str| version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let mut broken = Complaints::default();
    let rows = recorded("versions", &mut broken);
    for entry in snippets() {
        let said = entry.manifest.min_tokio.as_ref().unwrap_or(&lowest_of_all);
        let row = rows.get(&entry.id);
        let proven = row.and_then(|row| row.get(1));
        broken.unless(proven == Some(&minor(said)), || {
            format!("{}: says {said}, proven {proven:?}", entry.id)
        });
        broken.unless(row.is_some_and(|row| row.len() == 3), || {
            format!("{}: its row is {row:?}", entry.id)
        });
    }
    broken.must_be_none("`cargo test --test e2e -- --ignored versions::` was run on these files");
}

/// `tests/e2e/engine/same.rs`.
#[test]
fn rustc_and_cargo_were_compared_over_the_very_files_of_every_snippet() {
    let mut broken = Complaints::default();
    recorded("same", &mut broken);
    broken.must_be_none("`cargo test --test e2e -- --ignored same::` was run on these files");
}
