//! What a new project would hold. Pure: the same template, name and values give the same files.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path};

use crate::catalog::entry::Entry;
use crate::catalog::manifest::{self, TemplateManifest};
use crate::catalog::{embed, index, lookup};
use crate::error::Problem;
use crate::render::engine::Template;
use crate::render::parameters::{self, Files};
use crate::render::tokens::{Token, tokens};

/// A template, read.
#[derive(Debug)]
pub struct ProjectTemplate {
    pub id: &'static str,
    pub manifest: TemplateManifest,
    /// As they lie in the template, the copied modules among them.
    pub files: Files,
}

/// Reads a template and the modules that it reuses.
///
/// # Errors
/// When its manifest is broken, which `build.rs` rules out.
pub fn read(template: &index::Template) -> anyhow::Result<ProjectTemplate> {
    let folder = format!("projects/{}", template.id);
    let mut files: Files = embed::template_folder(&folder)
        .into_iter()
        .map(|(path, text)| (path, Cow::Borrowed(text)))
        .collect();
    let text = files.remove("template.toml").unwrap_or_default();
    let manifest: TemplateManifest =
        manifest::parse(&format!("{folder}/template.toml"), &text).map_err(anyhow::Error::msg)?;
    for (path, id) in &manifest.snippets {
        let snippet =
            lookup::snippet(id).ok_or_else(|| anyhow::anyhow!("{folder}: no snippet `{id}`"))?;
        let entry = Entry::read(snippet)?;
        let (_, module) = entry
            .module()
            .ok_or_else(|| anyhow::anyhow!("{folder}: `{id}` has no module"))?;
        files.insert(path.clone(), Cow::Owned(module.to_owned()));
    }
    Ok(ProjectTemplate {
        id: template.id,
        manifest,
        files,
    })
}

/// The files of a new crate of this name.
///
/// # Errors
/// [`Problem`] for a parameter that is not there or a value that is not allowed.
pub fn files(
    template: &ProjectTemplate,
    crate_name: &str,
    sets: &[String],
) -> anyhow::Result<Files> {
    let all = parameters::find(&template.manifest.parameters, &template.files)?;
    let values = parameters::settings(template.id, &all, sets)?;
    let rendered = parameters::render(&all, &template.files, &values)?;
    let crate_ident = crate_name.replace('-', "_");
    let own_ident = template.id.replace('-', "_");
    let variables = BTreeMap::from([
        ("crate_name", crate_name),
        ("crate_ident", crate_ident.as_str()),
    ]);
    let mut files = Files::new();
    for (path, text) in &rendered {
        let path = undotted(path);
        if let Some(path) = path.strip_suffix(".tera") {
            let mut text = Template::parse(&path_in(template, path), text)?.render(&variables)?;
            if path == "Cargo.lock" {
                text = sorted_lock(&text);
            }
            files.insert(path.to_owned(), Cow::Owned(text));
        } else if path.ends_with(".rs") {
            files.insert(path, Cow::Owned(renamed(text, &own_ident, &crate_ident)));
        } else {
            files.insert(path, text.clone());
        }
    }
    Ok(files)
}

/// A lock file as cargo itself would write it: the new name may sort elsewhere than the template's.
fn sorted_lock(lock: &str) -> String {
    const PACKAGE: &str = "\n[[package]]\n";
    let mut parts = lock.split(PACKAGE);
    let head = parts.next().unwrap_or_default();
    let mut packages: Vec<_> = parts.map(str::trim_end).collect();
    packages.sort_by_key(|package| {
        let value = |key: &str| {
            package
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .map(str::to_owned)
        };
        (value("name = "), value("version = "))
    });
    let packages: String = packages
        .iter()
        .map(|package| format!("{PACKAGE}{package}\n"))
        .collect();
    format!("{head}{packages}")
}

fn path_in(template: &ProjectTemplate, path: &str) -> String {
    format!("projects/{}/{path}.tera", template.id)
}

/// `dot-github/x` as `.github/x`: a real `.gitignore` would hide files from the published crate.
fn undotted(path: &str) -> String {
    path.split('/')
        .map(|part| {
            part.strip_prefix("dot-")
                .map_or_else(|| part.to_owned(), |rest| format!(".{rest}"))
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The template's own crate under its new name: identifiers only, never text or comments.
fn renamed(text: &str, from: &str, to: &str) -> String {
    if from == to {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (token, span) in tokens(text) {
        if token == Token::Word && &text[span.clone()] == from {
            out.push_str(&text[at..span.start]);
            out.push_str(to);
            at = span.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// The crate's name that the last part of a path gives, if it is one.
///
/// # Errors
/// [`Problem`] saying why it is none.
pub fn crate_name(path: &Path) -> Result<String, Problem> {
    let shown = path.to_string_lossy();
    if path.as_os_str().is_empty() {
        return Err(Problem::bad_name("", "it is empty"));
    }
    if path
        .components()
        .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
    {
        return Err(Problem::bad_name(
            &shown,
            "the folder must lie below the working directory",
        ));
    }
    let Some(name) = path.file_name() else {
        return Err(Problem::bad_name(&shown, "it names no folder"));
    };
    let Some(name) = name.to_str() else {
        return Err(Problem::bad_name(&shown, "it is not UTF-8"));
    };
    let refuse = |why: &str| Err(Problem::bad_name(name, why));
    if name.len() > LONGEST_NAME {
        return refuse("it is longer than 64 characters");
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return refuse("it must begin with a lower-case letter");
    }
    if let Some(bad) = name
        .chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_')))
    {
        return refuse(&format!("it has the character `{}`", bad.escape_debug()));
    }
    if name.ends_with(['-', '_']) || name.contains("--") || name.contains("__") {
        return refuse("its hyphens stand between letters or digits");
    }
    if RESERVED.contains(&name.replace('-', "_").as_str()) {
        return refuse("Rust, cargo or the system has the name already");
    }
    Ok(name.to_owned())
}

/// crates.io's own limit.
const LONGEST_NAME: usize = 64;

/// Keywords, names that cargo refuses, names of Rust's own crates and of the template's dependencies, and of Windows' devices.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "anyhow",
    "as",
    "async",
    "aux",
    "await",
    "become",
    "box",
    "break",
    "build",
    "clap",
    "con",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "nul",
    "override",
    "priv",
    "prn",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "tests",
    "tokio",
    "tokio_util",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_sorted() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn a_good_name_is_taken_as_it_is() {
        for name in ["demo", "my-server", "a_b2", "apps/my-server", "./demo"] {
            let last = name.rsplit('/').next().unwrap();
            assert_eq!(crate_name(Path::new(name)).unwrap(), last);
        }
    }

    #[test]
    fn a_bad_name_is_refused() {
        let long = "x".repeat(300);
        for name in [
            "", ".", "..", "../x", "/tmp/x", "a/../b", "Demo", "1a", "-x", "x-", "a--b", "fn",
            "test", "tokio", "a b", "ä", "a\nb", &long,
        ] {
            assert!(crate_name(Path::new(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn only_identifiers_are_renamed() {
        let text = "use echo_server::run; // echo_server\nlet s = \"echo_server\"; echo_server2();";
        let expected = "use a_b::run; // echo_server\nlet s = \"echo_server\"; echo_server2();";
        assert_eq!(renamed(text, "echo_server", "a_b"), expected);
    }

    #[test]
    fn dots_come_back() {
        assert_eq!(
            undotted("dot-github/workflows/ci.yml"),
            ".github/workflows/ci.yml"
        );
    }
}
