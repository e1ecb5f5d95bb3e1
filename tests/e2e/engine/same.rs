//! An entry gets the same verdict and the same words whether it is checked alone, together with others, or through cargo.

use std::borrow::Cow;
use std::sync::Arc;

use tempfile::TempDir;
use tokio_cmd::catalog::entry::Entry;
use tokio_cmd::report::{Checked, Diagnostic, Verdict};
use tokio_cmd::scratch::{self, Job, Options};

use crate::invoke::kept;
use crate::proven::{Deaf, Record, entries};

struct Bench(TempDir);

impl Bench {
    fn check(&self, jobs: Vec<Job>, via_cargo: bool) -> Vec<Checked> {
        let options = Options {
            folder: self.0.path().to_owned(),
            cache: Some(kept("cache")),
            offline: false,
            // What is kept of another way would be compared with itself.
            fresh: true,
            memory: None,
            listener: Arc::new(Deaf),
        };
        let checks = scratch::check(&options, jobs, via_cargo).unwrap();
        checks.entries
    }
}

fn snippets() -> Vec<Job> {
    entries().into_iter().map(job).collect()
}

fn job(entry: Entry) -> Job {
    Job {
        files: entry.files.clone(),
        entry,
    }
}

fn mistakes() -> Vec<Job> {
    snippets().iter().flat_map(mistakes_of).collect()
}

/// Each mistake as an entry of its own that no other has the name of.
fn mistakes_of(job: &Job) -> Vec<Job> {
    let own = job.entry.manifest.mistake.iter();
    // With dependencies of its own it goes through cargo in any case.
    let own = own.filter(|mistake| mistake.dependencies.is_none());
    own.map(|mistake| {
        let mut one = job.clone();
        one.entry.id = format!("{}-{}", job.entry.id, mistake.stem());
        let main = job.files[&format!("mistakes/{}", mistake.file)].clone();
        one.files.insert("main.rs".to_owned(), main);
        one
    })
    .collect()
}

fn edited(mut job: Job, edit: impl Fn(&str) -> String) -> Job {
    let main = edit(&job.files["main.rs"]);
    job.files.insert("main.rs".to_owned(), Cow::Owned(main));
    job
}

/// Compares what is said of all together with what is said of each alone.
fn same_as_alone(bench: &Bench, jobs: &[Job]) -> Vec<Checked> {
    let together = bench.check(jobs.to_vec(), false);
    assert_eq!(together.len(), jobs.len());
    for found in &together {
        let job = jobs.iter().find(|job| job.entry.id == found.id).unwrap();
        let alone = bench.check(vec![job.clone()], false).remove(0);
        assert_eq!(found.verdict, alone.verdict, "{found:#?}\n{alone:#?}");
        assert_eq!(found.diagnostics, alone.diagnostics, "{}", found.id);
    }
    together
}

#[test]
fn a_broken_entry_hides_no_other_and_keeps_its_own_lines() {
    let bench = Bench(TempDir::new().unwrap());
    let mut jobs: Vec<_> = snippets().into_iter().take(14).collect();
    let add = |line: &'static str| move |main: &str| format!("{main}\n{line}\n");
    // One error of each phase of the compiler: the earlier would keep the later from being seen.
    let broken = [
        (1, "fn broken() -> u8 { \"\" }", "E0308"),
        (3, "use nowhere::at_all;", "E0432"),
        (5, "fn broken( {", ""),
        (
            7,
            "fn broken() -> &'static String { let s = String::new(); &s }",
            "E0515",
        ),
        (9, "struct NeverUsed;", "dead_code"),
        (11, "const TOO_MUCH: u8 = 255 + 1;", "E0080"),
        (
            12,
            "mod nowhere { pub fn f() { super::super::main(); } }",
            "E0433",
        ),
    ];
    for (number, line, _) in broken {
        jobs[number] = edited(jobs[number].clone(), add(line));
    }
    let expected: Vec<_> = broken
        .iter()
        .map(|(number, line, code)| {
            let lines = jobs[*number].files["main.rs"].lines();
            let at = lines.into_iter().position(|one| one == *line).unwrap() + 1;
            (
                jobs[*number].entry.id.clone(),
                *code,
                u32::try_from(at).unwrap(),
            )
        })
        .collect();
    for found in same_as_alone(&bench, &jobs) {
        let Some((id, code, line)) = expected.iter().find(|(id, ..)| *id == found.id) else {
            assert_eq!((found.verdict, found.diagnostics), (Verdict::Pass, vec![]));
            continue;
        };
        let is_it = |said: &Diagnostic| {
            said.line == Some(*line) && said.code.as_deref().unwrap_or_default() == *code
        };
        assert!(found.diagnostics.iter().any(is_it), "{id}: {found:#?}");
        let only_warned = *code == "dead_code";
        assert_eq!(found.verdict == Verdict::Pass, only_warned, "{found:#?}");
    }
}

#[test]
fn a_main_that_is_none_is_seen() {
    let bench = Bench(TempDir::new().unwrap());
    let with = |main: &'static str| move |_: &str| format!("//! Wrong.\n{main}\n");
    let mains = [
        "async fn main() {}",
        "fn main(_: u8) {}",
        "fn main<T>() {}",
        "fn main<'a>() {}",
        "fn main() where 'static: 'static {}",
        "fn main() -> u8 { 1 }",
        "unsafe fn main() {}",
        "#[track_caller]\nfn main() {}",
        "mod other { fn main() {} }",
        "",
        "#[tokio::main(flavour = \"current_thread\")]\nasync fn main() {}",
        "#[tokio::main]\nfn main() {}",
    ];
    let jobs: Vec<_> = snippets()
        .into_iter()
        .zip(mains)
        .map(|(job, main)| edited(job, with(main)))
        .collect();
    let failed = same_as_alone(&bench, &jobs);
    let passed: Vec<_> = failed
        .iter()
        .filter(|one| one.verdict == Verdict::Pass)
        .collect();
    assert_eq!(
        (failed.len(), passed.len()),
        (mains.len(), 0),
        "{passed:#?}"
    );
}

#[test]
fn mistakes_together_are_what_they_are_alone() {
    let bench = Bench(TempDir::new().unwrap());
    let found = same_as_alone(&bench, &mistakes());
    assert!(found.iter().any(|one| one.verdict == Verdict::Fail));
}

/// Where errors stand; cargo has a file checked as program and as test.
fn places(found: &Checked) -> Vec<(Option<String>, Option<u32>, Option<String>)> {
    let errors = found
        .diagnostics
        .iter()
        .filter(|said| said.level == "error");
    let mut places: Vec<_> = errors
        .map(|said| (said.file.clone(), said.line, said.code.clone()))
        .collect();
    places.sort();
    places.dedup();
    places
}

#[test]
#[ignore = "long proof: cargo builds the dependencies of every entry with exactly its own features"]
fn rustc_and_cargo_say_the_same_of_the_whole_catalogue() {
    let bench = Bench(TempDir::new().unwrap());
    let entries = entries();
    let mut record = Record::read("same", "id\thash", &entries);
    let mut differ = Vec::new();
    for entry in &entries {
        if record.has(entry) {
            continue;
        }
        let before = differ.len();
        let whole = job(entry.clone());
        for mut job in mistakes_of(&whole).into_iter().chain([whole]) {
            // What is compared is the entry; its mistakes come as entries.
            job.entry.manifest.mistake.clear();
            let direct = bench.check(vec![job.clone()], false).remove(0);
            let via_cargo = bench.check(vec![job], true).remove(0);
            let [one, other] = [&direct, &via_cargo].map(|said| (said.verdict, places(said)));
            if one != other {
                differ.push(format!("{}: {one:?}, through cargo {other:?}", direct.id));
            }
        }
        if differ.len() == before {
            record.keep(entry, &[]);
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
}
