//! What the content's text must not hold, and how long it may be.

use tokio_cmd::catalog::index;
use tokio_cmd::render::lift;
use tokio_cmd::render::tokens::{Token, tokens};

use crate::content::{Complaints, files_below, snippets, text_of};

/// Nobody wants these in code that is handed out.
const FORBIDDEN: [&str; 5] = ["todo!", "unimplemented!", "dbg!", "TODO", "FIXME"];

#[test]
fn nothing_unfinished_stands_in_the_content() {
    let mut broken = Complaints::default();
    for folder in ["snippets", "templates"] {
        for (path, _) in files_below(folder) {
            let text = text_of(&format!("{folder}/{path}"));
            for word in FORBIDDEN {
                broken.unless(!text.contains(word), || format!("{folder}/{path}: {word}"));
            }
            broken.unless(!text.contains('\r') && text.ends_with('\n'), || {
                format!("{folder}/{path}: its lines do not all end with a newline alone")
            });
        }
    }
    broken.must_be_none("content is finished");
}

/// A module must fit an answer.
#[test]
fn a_module_without_its_tests_has_at_most_4500_characters() {
    let mut broken = Complaints::default();
    for entry in snippets() {
        if let Some((file, text)) = entry.module() {
            let length = lift::without_tests(text).chars().count();
            broken.unless(length <= 4500, || format!("{}/{file}: {length}", entry.id));
        }
    }
    broken.must_be_none("a module has at most 4500 characters");
}

/// Crates of edition 2021 take modules too, and its prelude has neither of these.
#[test]
fn what_edition_2021_does_not_bring_is_imported() {
    const NOT_BROUGHT: [&str; 2] = ["Future", "IntoFuture"];
    let mut broken = Complaints::default();
    for entry in snippets() {
        let code = entry.files.iter().filter(|(path, _)| path.ends_with(".rs"));
        for (file, text) in code {
            let text = lift::without_tests(text);
            let code: Vec<&str> = tokens(&text)
                .into_iter()
                .filter(|(token, _)| !matches!(token, Token::Comment | Token::Literal))
                .map(|(_, range)| &text[range])
                .collect();
            for name in NOT_BROUGHT {
                // Not at the end of a path, and not an associated type that is given or bounded.
                let is_used = (0..code.len()).any(|at| {
                    let before = &code[at.saturating_sub(2)..at];
                    let after = code.get(at + 1).copied().unwrap_or_default();
                    code[at] == name
                        && before != [":", ":"]
                        && before.last() != Some(&"type")
                        && !["=", ":"].contains(&after)
                });
                let is_used = is_used
                    || (name == "IntoFuture"
                        && code.windows(2).any(|pair| pair == [".", "into_future"]));
                let is_imported = text
                    .lines()
                    .any(|line| line.starts_with("use std::future::") && line.contains(name));
                broken.unless(!is_used || is_imported, || {
                    format!("{}/{file}: `{name}` is not imported", entry.id)
                });
            }
        }
    }
    broken.must_be_none("what edition 2021 does not bring is imported");
}

#[test]
fn a_topic_page_has_at_most_60_lines() {
    let mut broken = Complaints::default();
    for topic in index::TOPICS {
        let lines = text_of(&format!("snippets/{}/README.md", topic.id))
            .lines()
            .count();
        broken.unless(lines <= 60, || format!("{}: {lines}", topic.id));
    }
    broken.must_be_none("a topic's page has at most 60 lines");
}
