//! What people type finds what they mean: the names of the page that this program replaces, typos, pasted messages.

use tokio_cmd::catalog::index;
use tokio_cmd::catalog::manifest::MistakeManifest;

use crate::answers::ask;
use crate::content::{Complaints, snippets};

/// The sections of the original page, and its lists of best practice.
const ORIGINAL: [&str; 13] = [
    "basic runtime setup",
    "manual runtime creation",
    "task management",
    "channels and communication",
    "async I/O operations",
    "synchronization primitives",
    "timers and intervals",
    "error handling and recovery",
    "testing async code",
    "runtime configuration",
    "error handling",
    "performance optimization",
    "resource management",
];

#[test]
fn every_section_of_the_original_page_is_found_exactly() {
    let mut broken = Complaints::default();
    for name in ORIGINAL {
        for written in [name.to_owned(), name.to_uppercase()] {
            let answer = ask(&written, 6000);
            broken.unless(answer.confidence == "exact", || {
                format!("{written}: {}", answer.confidence)
            });
        }
    }
    broken.must_be_none("a section's name is answered exactly");
}

#[test]
fn a_typo_finds_what_was_meant() {
    for (written, meant) in [
        ("chanels", "channels"),
        ("timeuts", "timeouts"),
        ("cicuit breaker", "circuit-breaker"),
        ("gracefull shutdown", "graceful-shutdown"),
    ] {
        let answer = ask(written, 6000);
        let first = answer.hits.first().map(|hit| hit.id.as_str());
        assert_eq!(first, Some(meant), "{written}");
        assert!(
            matches!(answer.confidence.as_str(), "exact" | "good"),
            "{written}: {}",
            answer.confidence
        );
    }
}

/// A message as it is pasted: with what stands around it, coloured, and broken over lines.
#[test]
fn a_pasted_message_finds_its_mistake() {
    let mut broken = Complaints::default();
    let mut asked = 0;
    for entry in snippets() {
        for mistake in &entry.manifest.mistake {
            let id = format!("{}/{}", entry.id, mistake.stem());
            for message in messages(mistake) {
                asked += 1;
                let pasted = format!(
                    "   Compiling demo v0.1.0 (/home/me/demo)\n\u{1b}[1m\u{1b}[31merror\u{1b}[0m: {}\n  --> src/main.rs:3:5\n   |\n 3 |     tokio::spawn(work());\n",
                    message.replace("[..]", " something\n  | ")
                );
                let answer = ask(&pasted, 6000);
                // Several mistakes may show themselves with one message; all of them come before what words find.
                let named = answer.hits.iter().take_while(|hit| hit.score >= 1000.0);
                let named: Vec<_> = named.map(|hit| hit.id.as_str()).collect();
                broken.unless(
                    answer.confidence == "exact" && named.contains(&id.as_str()),
                    || format!("{id}: `{message}` finds {named:?}, {}", answer.confidence),
                );
            }
        }
    }
    broken.must_be_none("a known message finds its mistake");
    assert!(asked >= index::MISTAKES.len() / 2, "only {asked} messages");
}

fn messages(mistake: &MistakeManifest) -> impl Iterator<Item = &str> {
    let all = std::iter::once(&mistake.message).chain(&mistake.other_wordings);
    // What is only signs has no words to find.
    all.map(String::as_str)
        .filter(|message| message.contains(char::is_alphabetic))
}

#[test]
fn a_message_in_other_case_and_wrapped_is_the_same_message() {
    let plain =
        "there is no reactor running, must be called from the context of a Tokio 1.x runtime";
    let wrapped = plain.to_uppercase().replace(", ", ",\n   | ");
    for written in [plain, &wrapped] {
        let answer = ask(written, 6000);
        assert_eq!(answer.confidence, "exact", "{written}");
        assert_eq!(answer.hits[0].id, "runtime-handle/no-reactor", "{written}");
    }
}
