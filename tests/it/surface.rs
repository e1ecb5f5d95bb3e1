//! Which of Tokio's public items the catalogue shows (`data/surface.tsv`: types, traits, functions and macros that are stable
//! on Linux), and why it does not show the others.

use std::collections::{BTreeMap, BTreeSet};

use tokio_cmd::render::tokens::{Token, tokens};

use crate::content::{Complaints, snippets, text_of};

/// What the list is made of.
const VERSIONS: [(&str, &str); 3] = [
    ("tokio", "1.54.1"),
    ("tokio-util", "0.7.20"),
    ("tokio-stream", "0.1.19"),
];
/// The share of the items that some snippet shows, in hundredths.
const GOAL: usize = 90;

struct Item {
    path: String,
    /// What shows an item that code seldom names, such as the type that a method returns: `A+.b(|C`, any of which all
    /// parts stand in one file. A part is a path, a call or a word.
    shown_by: String,
    reason: String,
}

fn items() -> Vec<Item> {
    let text = text_of("tests/it/data/surface.tsv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("path\tkind\tshown-by\treason"));
    let fields = lines.map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    fields
        .map(|fields| match <[String; 4]>::try_from(fields) {
            Ok([path, _, shown_by, reason]) => Item {
                path,
                shown_by,
                reason,
            },
            Err(fields) => panic!("four columns: {fields:?}"),
        })
        .collect()
}

/// One source file, as far as it names things.
#[derive(Default)]
struct Source {
    /// Full paths and all that they begin with.
    paths: BTreeSet<String>,
    words: BTreeSet<String>,
    /// The code without comments, literals and blanks.
    code: String,
}

impl Source {
    fn of(text: &str) -> Self {
        let code: Vec<&str> = tokens(text)
            .into_iter()
            .filter(|(token, _)| !matches!(token, Token::Comment | Token::Literal))
            .map(|(_, range)| &text[range])
            .collect();
        let mut source = Self {
            code: code.concat(),
            words: code.iter().map(|&word| word.to_owned()).collect(),
            ..Self::default()
        };
        let mut names = BTreeMap::new();
        let mut at = 0;
        while at < code.len() {
            if code[at] == "use" {
                at = imported(&code, at + 1, "", &mut names);
            }
            at += 1;
        }
        for path in names.values() {
            source.mention(path);
        }
        for path in paths(&code) {
            let (first, rest) = path.split_once("::").unwrap_or((&path, ""));
            let full = names.get(first).map_or(first, String::as_str);
            source.mention(&format!("{full}::{rest}"));
        }
        source
    }

    fn mention(&mut self, path: &str) {
        let mut path = path.trim_end_matches(':');
        while path.starts_with("tokio") && self.paths.insert(path.to_owned()) {
            path = path.rsplit_once("::").map_or("", |(parent, _)| parent);
        }
    }

    fn shows(&self, item: &Item) -> bool {
        let stands = |part: &str| match part {
            part if part.contains("::") => self.paths.contains(part),
            part if part.contains('.') => self.code.contains(part),
            part => self.words.contains(part),
        };
        self.paths.contains(&item.path)
            || !item.shown_by.is_empty()
                && item
                    .shown_by
                    .split('|')
                    .any(|parts| parts.split('+').all(stands))
    }
}

/// Reads one tree of a `use` into `names`, and gives the place after it.
fn imported<'a>(
    code: &[&'a str],
    mut at: usize,
    parent: &str,
    names: &mut BTreeMap<&'a str, String>,
) -> usize {
    let mut path = parent.to_owned();
    let mut last = "";
    while let Some(&next) = code.get(at) {
        match next {
            ";" | "," | "}" => break,
            "{" => {
                loop {
                    at = imported(code, at + 1, &path, names);
                    if code.get(at) != Some(&",") {
                        break;
                    }
                }
                return at + 1;
            }
            "as" => {
                last = code.get(at + 1).copied().unwrap_or_default();
                at += 1;
            }
            // The word itself stands in the code, before the group.
            "self" => {
                let name = path.rsplit("::").next().unwrap_or_default();
                let before = code[..at].iter().rev().find(|word| **word == name);
                last = before.copied().unwrap_or_default();
            }
            ":" => {}
            word => {
                if !path.is_empty() {
                    path.push_str("::");
                }
                path.push_str(word);
                last = word;
            }
        }
        at += 1;
    }
    if !last.is_empty() {
        names.insert(last, path);
    }
    at
}

/// Every `a::b::c` of the code.
fn paths(code: &[&str]) -> Vec<String> {
    let is_word = |word: &str| word.starts_with(|c: char| c == '_' || c.is_alphabetic());
    let joined = |at: usize| code.get(at) == Some(&":") && code.get(at + 1) == Some(&":");
    let mut found = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let begins = is_word(code[at]) && (at == 0 || code[at - 1] != ".");
        if !begins {
            at += 1;
            continue;
        }
        let mut path = code[at].to_owned();
        at += 1;
        while joined(at) && code.get(at + 2).is_some_and(|word| is_word(word)) {
            path.push_str("::");
            path.push_str(code[at + 2]);
            at += 3;
        }
        found.push(path);
    }
    found
}

/// Item -> the snippets that show it.
fn shown() -> BTreeMap<String, Vec<String>> {
    let items = items();
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in snippets() {
        let sources = entry.files.iter().filter(|(path, _)| path.ends_with(".rs"));
        let sources: Vec<_> = sources.map(|(_, text)| Source::of(text)).collect();
        for item in &items {
            if sources.iter().any(|source| source.shows(item)) {
                let by = shown.entry(item.path.clone()).or_default();
                by.push(entry.id.clone());
            }
        }
    }
    shown
}

/// Prints what shows each item (`--nocapture`), and what is missing with its reason.
#[test]
fn nine_tenths_of_tokios_items_are_shown() {
    let (items, shown) = (items(), shown());
    let mut broken = Complaints::default();
    for (name, version) in VERSIONS {
        let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        broken.unless(
            text_of("snippets/families/core/Cargo.lock").contains(&locked),
            || format!("the list is of {name} {version}, the catalogue is not"),
        );
    }
    for item in &items {
        let by = shown.get(&item.path);
        match by {
            Some(by) => println!("{}: {}", item.path, by.join(", ")),
            None => println!("{}: missing: {}", item.path, item.reason),
        }
        broken.unless(by.is_some() || !item.reason.is_empty(), || {
            format!("{}: no snippet shows it, and no reason is given", item.path)
        });
        broken.unless(by.is_none() || item.reason.is_empty(), || {
            format!("{}: it is shown; its reason is out of date", item.path)
        });
    }
    println!("{} of {} items are shown", shown.len(), items.len());
    broken.unless(shown.len() * 100 >= items.len() * GOAL, || {
        format!("{} of {} items are shown", shown.len(), items.len())
    });
    broken.must_be_none("nine tenths of Tokio's items are shown, and the others have a reason");
}

#[test]
fn names_are_resolved_as_rust_does() {
    let source = Source::of(
        "use tokio::sync::{mpsc::{self, Permit as Place}, oneshot};\nfn f() { mpsc::channel(1); oneshot::Sender::x(); // tokio::fs\n a.b(\"tokio::net\") }",
    );
    for path in [
        "tokio::sync::mpsc::channel",
        "tokio::sync::mpsc::Permit",
        "tokio::sync::oneshot::Sender",
    ] {
        assert!(source.paths.contains(path), "{path}: {:?}", source.paths);
    }
    assert!(!source.paths.contains("tokio::fs") && !source.paths.contains("tokio::net"));
}
