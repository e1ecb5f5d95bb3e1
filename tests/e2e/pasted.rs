//! Errors as people paste them: what the catalogue's own mistakes print, in the compiler's colours, finds them; what
//! rustc says of ordinary code is not claimed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio_cmd::catalog::entry::Entry;
use tokio_cmd::catalog::index::SNIPPETS;
use tokio_cmd::catalog::manifest::{Fails, MistakeManifest};

use crate::folders;
use crate::invoke::{items, start, text, tokio_cmd};

/// What `ask` answers to a text on its standard input.
fn asked(folder: &Path, pasted: &str) -> Value {
    let mut command = tokio_cmd(folder)
        .args(["ask", "--stdin", "--format", "json"])
        .command();
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(pasted.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{pasted}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A mistake and what it says of itself.
struct Said {
    id: String,
    stderr: String,
}

/// Every mistake that is refused or panics and is built with the catalogue's own dependencies.
fn said_by_mistakes(folder: &Path) -> Vec<Said> {
    let mut all = Vec::new();
    for snippet in SNIPPETS {
        let entry = Entry::read(snippet).unwrap();
        for mistake in &entry.manifest.mistake {
            let speaks = matches!(mistake.fails, Fails::Compile | Fails::Panic);
            if !speaks || mistake.dependencies.is_some() {
                continue;
            }
            let ended = tokio_cmd(folder)
                .args(["run", "snippet", &entry.id, "--mistake", mistake.stem()])
                .args(["--color", "always"])
                .ends();
            all.push(Said {
                id: format!("{}/{}", entry.id, mistake.stem()),
                stderr: ended.stderr,
            });
        }
    }
    all
}

/// Of each mistake that panics, what it panics with.
fn messages_of_panics() -> BTreeMap<String, String> {
    let read = |snippet| Entry::read(snippet).unwrap();
    let of_entry = |entry: Entry| {
        let panics = |mistake: &MistakeManifest| mistake.fails == Fails::Panic;
        let all = entry.manifest.mistake.into_iter().filter(panics);
        let named = move |mistake: MistakeManifest| {
            let id = format!("{}/{}", entry.id, mistake.stem());
            (id, mistake.message)
        };
        all.map(named).collect::<Vec<_>>()
    };
    SNIPPETS.iter().map(read).flat_map(of_entry).collect()
}

#[test]
fn what_a_mistake_prints_finds_it() {
    let folder = TempDir::new().unwrap();
    let all = said_by_mistakes(folder.path());
    assert!(all.len() >= 60, "only {}", all.len());
    let coloured = all.iter().filter(|said| said.stderr.contains('\u{1b}'));
    assert!(coloured.count() >= 20, "colours are part of what is pasted");

    let panics = messages_of_panics();
    let mut missed = String::new();
    let mut first = 0;
    for said in &all {
        let answer = asked(folder.path(), &said.stderr);
        let found: Vec<_> = items(&answer["hits"]).map(|hit| text(&hit["id"])).collect();
        // Where two mistakes end in the very same panic, nothing that is pasted tells them apart.
        let right = |id: &&str| {
            let message = panics.get(*id);
            *id == said.id || message.is_some_and(|message| said.stderr.contains(message))
        };
        if answer["confidence"] == "exact" && found.first().is_some_and(right) {
            first += 1;
        } else {
            writeln!(missed, "{}: {} {found:?}", said.id, answer["confidence"]).unwrap();
        }
    }
    println!(
        "{first} of {} find their mistake first\n{missed}",
        all.len()
    );
    assert!(
        first * 100 >= all.len() * 95,
        "{first} of {}:\n{missed}",
        all.len()
    );
}

/// The first example of each of rustc's own explanations: code that others wrote to fail, about all of the language.
fn examples() -> Vec<(String, String)> {
    let explain = |code: &str| {
        start(Path::new("rustc"), Path::new("."))
            .args(["--explain", code])
            .ends()
    };
    let mut found = Vec::new();
    for number in 1..=800 {
        let code = format!("E{number:04}");
        let told = explain(&code);
        let mut blocks = told.stdout.split("\n```");
        if told.code != Some(0) || blocks.next().is_none() {
            continue;
        }
        let Some((_, example)) = blocks.next().and_then(|block| block.split_once('\n')) else {
            continue;
        };
        found.push((code, example.to_owned()));
    }
    found
}

#[test]
fn what_rustc_says_of_ordinary_code_is_not_claimed() {
    /// What only asynchronous code has.
    const OURS: [&str; 4] = ["async", "await", "Future", "Pin"];
    let folder = TempDir::new().unwrap();
    let source = folder.path().join("example.rs");
    let (mut errors, mut claimed, mut codes) = (0, Vec::new(), BTreeSet::new());
    for (code, example) in examples() {
        if OURS.iter().any(|word| example.contains(word)) {
            continue;
        }
        // Hidden lines of documentation begin with `# `.
        let mut text: String = example
            .lines()
            .map(|line| line.strip_prefix("# ").unwrap_or(line).to_owned() + "\n")
            .collect();
        if !text.contains("fn main") {
            text.push_str("fn main() {}\n");
        }
        folders::write(&source, &text);
        let refused = start(Path::new("rustc"), folder.path())
            .args([
                "--edition=2021",
                "--emit=metadata",
                "--color=always",
                "example.rs",
            ])
            .ends();
        if refused.code != Some(1) {
            continue;
        }
        errors += 1;
        codes.insert(code.clone());
        let answer = asked(folder.path(), &refused.stderr);
        if answer["confidence"] == "exact" || answer["confidence"] == "good" {
            claimed.push((code, answer["hits"][0]["id"].to_string(), refused.stderr));
        }
    }
    println!("{errors} ordinary errors, {} claimed", claimed.len());
    assert!(errors >= 200, "only {errors} of {codes:?}");
    assert!(claimed.is_empty(), "{claimed:#?}");
}
