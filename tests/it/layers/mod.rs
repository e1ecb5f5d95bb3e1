//! The layers of the program, as the map in `src/lib.rs` draws them: who may name whom, who may print, write, start
//! processes, and name tera, `include_dir` and tokio. Read from the sources, tests aside: a test may reach further.

mod rules;
mod source;

use crate::content::{files_below, text_of};
use rules::{
    DEPARTURES, IO, LAYERS, LONGEST_FILE, NO_NAMES, ONLY_IN, SHARED_BY_COMMANDS, WITHOUT_IO,
};
use source::Source;

/// What breaks a rule in a file, each as `FILE what`.
fn broken_by(path: &str, text: &str) -> Vec<String> {
    let source = Source::read(path, text);
    let mut broken = Vec::new();
    let mut complain = |what: String| {
        let line = format!("{path} {what}");
        if !broken.contains(&line) {
            broken.push(line);
        }
    };
    let layer = source.layer();
    // The root of the library puts the layers together, and the binary calls it.
    if !matches!(layer, "lib" | "main") {
        let known = LAYERS.iter().find(|(name, _)| *name == layer);
        let may = known.map_or(&[][..], |(_, may)| may);
        if known.is_none() {
            complain("belongs to no layer".to_owned());
        }
        for named in source.names_of_the_crate() {
            let first = named[0].as_str();
            if first != layer && !may.contains(&first) {
                complain(format!("names {first}"));
            }
        }
    }
    if layer == "commands" && path != "commands/mod.rs" {
        for named in source.names_of_the_crate() {
            let [_, second, ..] = &named[..] else {
                continue;
            };
            let is_command = files_of_commands().contains(second);
            if is_command && !SHARED_BY_COMMANDS.contains(&second.as_str()) {
                complain(format!("names the command {second}"));
            }
        }
    }
    for (words, places) in ONLY_IN {
        let allowed = places
            .iter()
            .any(|place| path == *place || (place.ends_with('/') && path.starts_with(place)));
        if !allowed {
            for word in words.iter().filter(|word| source.says(word)) {
                complain(format!("says {word}"));
            }
        }
    }
    for (folder, reader) in WITHOUT_IO {
        if path.starts_with(folder) && path != reader {
            for word in IO.into_iter().filter(|word| source.says(word)) {
                complain(format!("says {word}"));
            }
        }
    }
    if source.lines() > LONGEST_FILE {
        complain(format!("has more than {LONGEST_FILE} lines"));
    }
    if path
        .trim_end_matches(".rs")
        .split('/')
        .any(|part| NO_NAMES.contains(&part))
    {
        complain("has a name that says nothing".to_owned());
    }
    if source.has_inline_module() {
        complain("has a module within the file, which this reading does not follow".to_owned());
    }
    broken
}

fn files_of_commands() -> Vec<String> {
    let files = files_below("src/commands").into_iter();
    files
        .map(|(path, _)| path.trim_end_matches(".rs").to_owned())
        .collect()
}

#[test]
fn every_file_keeps_to_its_layer() {
    let mut broken = Vec::new();
    let files = files_below("src");
    for (path, _) in &files {
        broken.extend(broken_by(path, &text_of(&format!("src/{path}"))));
    }
    assert!(files.len() > 50, "only {} files", files.len());
    let new: Vec<_> = broken
        .iter()
        .filter(|line| !DEPARTURES.contains(&line.as_str()))
        .collect();
    assert!(
        new.is_empty(),
        "against the layers of src/lib.rs:\n{new:#?}"
    );
    let gone = DEPARTURES
        .iter()
        .find(|line| !broken.iter().any(|other| other == *line));
    assert_eq!(gone, None, "this is mended: take it off DEPARTURES");
}

#[test]
fn every_layer_stands_in_the_map_of_the_library() {
    let library = text_of("src/lib.rs");
    let map: String = library
        .lines()
        .filter(|line| line.starts_with("//!"))
        .collect();
    let modules = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut modules: Vec<_> = modules.collect();
    modules.sort_unstable();
    let mut layers = LAYERS.map(|(name, _)| name);
    layers.sort_unstable();
    assert_eq!(modules, layers);
    for layer in layers {
        assert!(map.contains(layer), "{layer} is not in the map");
    }
}

#[track_caller]
fn is_seen(path: &str, text: &str, expected: &[&str]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|what| format!("{path} {what}"))
        .collect();
    assert_eq!(broken_by(path, text), expected, "{text}");
}

#[test]
fn an_upward_reference_is_seen_in_every_form() {
    for text in [
        "use crate::commands::Context;",
        "use super::super::commands;",
        "use crate::{error::Problem, commands::{self, Context}};",
        "fn f() { crate::commands::execute(); }",
        "pub(super) use crate::commands as other;",
        "fn f() -> r#crate { let x = super::super::commands::x; }",
    ] {
        is_seen("render/lift.rs", text, &["names commands"]);
    }
    is_seen("render/mod.rs", "use super::commands;", &["names commands"]);
    is_seen("error.rs", "use crate::report::Report;", &["names report"]);
    is_seen("error.rs", "use super::report::Report;", &["names report"]);
    is_seen(
        "agents/mod.rs",
        "use crate::project::plan;",
        &["names project"],
    );
    is_seen("new_layer.rs", "", &["belongs to no layer"]);
}

#[test]
fn a_downward_reference_and_what_is_no_reference_are_not_seen() {
    for text in [
        "use crate::catalog::entry::Entry;\nuse super::lift;\nuse self::value;",
        "// use crate::commands;\nconst A: &str = \"crate::commands\";",
        "pub(crate) fn f() {}\npub(in crate::render) fn g() {}",
        "#[cfg(test)]\nmod tests {\n    use crate::commands;\n}\n",
        "fn f(commands: u8, tokio: u8) { x.tokio; }",
    ] {
        is_seen("render/pages.rs", text, &[]);
    }
}

#[test]
fn what_belongs_to_one_place_is_seen_elsewhere() {
    is_seen(
        "commands/list.rs",
        "fn f() { println!(); }",
        &["says println!"],
    );
    is_seen(
        "commands/list.rs",
        "use std::io::stdout;\nfn f() { stdout(); }",
        &["says stdout()"],
    );
    is_seen(
        "commands/list.rs",
        "fn f() { fs::write(a, b); }",
        &["says fs::write"],
    );
    is_seen(
        "scratch/run.rs",
        "use std::process::Command;",
        &["says std::process", "says process::Command"],
    );
    is_seen(
        "scratch/run.rs",
        "use std::{fs, process::Command};",
        &["says std::process", "says process::Command"],
    );
    is_seen("commands/run.rs", "use tokio::time;", &["says tokio::"]);
    is_seen("render/pages.rs", "use tera::Tera;", &["says tera::"]);
    is_seen("render/pages.rs", "use std::fs;", &["says std::fs"]);
    is_seen(
        "commands/add.rs",
        "use super::show::f;",
        &["names the command show"],
    );
    is_seen(
        "commands/add.rs",
        "use crate::commands::{jobs, run};",
        &["names the command run"],
    );
    is_seen("commands/add.rs", "use super::{Context, jobs, shown};", &[]);
    is_seen("project/utils.rs", "", &["has a name that says nothing"]);
    is_seen("report.rs", &"\n".repeat(301), &["has more than 300 lines"]);
    is_seen("report.rs", &"\n".repeat(300), &[]);
}
