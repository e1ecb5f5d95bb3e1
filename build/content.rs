//! Reads every entry and checks what can be checked without a compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::catalog::head::{self, Head};
use crate::catalog::manifest::{
    self, Fails, ParameterManifest, SnippetManifest, Synonyms, TemplateManifest, TopicManifest,
    Workspace,
};
use crate::render::{lift, value};

pub struct Content {
    pub topics: Vec<Topic>,
    pub snippets: Vec<Snippet>,
    pub templates: Vec<Template>,
    pub synonyms: BTreeMap<String, Vec<String>>,
}

pub struct Topic {
    pub id: String,
    pub manifest: TopicManifest,
    pub page: String,
}

pub struct Snippet {
    pub id: String,
    pub topic: String,
    pub manifest: SnippetManifest,
    pub head: Head,
    pub module: Option<String>,
    pub family: String,
    /// Without its tests: what search reads.
    pub code: String,
    /// In the order of the manifest.
    pub mistakes: Vec<MistakeText>,
}

/// What search reads of a mistake's program.
pub struct MistakeText {
    pub title: String,
    pub code: String,
}

pub struct Template {
    pub id: String,
    pub manifest: TemplateManifest,
}

/// What is wrong with the content, as `FILE:LINE: what`.
struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, path: &str, line: usize, what: impl std::fmt::Display) {
        self.0.push(format!("{path}:{line}: {what}"));
    }
}

pub fn read(root: &Path) -> Result<Content, Vec<String>> {
    let mut problems = Problems(Vec::new());
    let mut content = Content {
        topics: Vec::new(),
        snippets: Vec::new(),
        templates: Vec::new(),
        synonyms: BTreeMap::new(),
    };
    let workspace: Option<Workspace> = load(root, "snippets/workspace.toml", &mut problems);
    if let Some(all) = load::<Synonyms>(root, "snippets/synonyms.toml", &mut problems) {
        content.synonyms = all.synonyms;
    }
    for topic in folders(&root.join("snippets")) {
        if topic == "families" {
            continue;
        }
        let base = format!("snippets/{topic}");
        for id in folders(&root.join(&base)) {
            let snippet = workspace
                .as_ref()
                .and_then(|workspace| snippet(root, &topic, &id, workspace, &mut problems));
            content.snippets.extend(snippet);
        }
        let manifest = load(root, &format!("{base}/topic.toml"), &mut problems);
        let page = text(root, &format!("{base}/README.md"), &mut problems);
        if let (Some(manifest), Some(page)) = (manifest, page) {
            content.topics.push(Topic {
                id: topic.clone(),
                manifest,
                page,
            });
        }
        no_strays(root, &base, &["topic.toml", "README.md"], &mut problems);
    }
    for id in folders(&root.join("templates/projects")) {
        let path = format!("templates/projects/{id}/template.toml");
        if let Some(manifest) = load::<TemplateManifest>(root, &path, &mut problems) {
            content.templates.push(Template { id, manifest });
        }
    }
    references(&content, &mut problems);
    if problems.0.is_empty() {
        Ok(content)
    } else {
        Err(problems.0)
    }
}

fn text(root: &Path, path: &str, problems: &mut Problems) -> Option<String> {
    match fs::read_to_string(root.join(path)) {
        Ok(text) => Some(text),
        Err(error) => {
            problems.add(path, 1, error);
            None
        }
    }
}

fn load<T: serde::de::DeserializeOwned>(
    root: &Path,
    path: &str,
    problems: &mut Problems,
) -> Option<T> {
    let text = text(root, path, problems)?;
    manifest::parse(path, &text)
        .map_err(|problem| problems.0.push(problem))
        .ok()
}

/// The names of the folders in a folder, sorted.
fn folders(path: &Path) -> Vec<String> {
    entries(path)
        .into_iter()
        .filter(|(_, is_folder)| *is_folder)
        .map(|(name, _)| name)
        .collect()
}

fn entries(path: &Path) -> Vec<(String, bool)> {
    let Ok(read) = fs::read_dir(path) else {
        return Vec::new();
    };
    let mut names: Vec<_> = read
        .filter_map(Result::ok)
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                entry.path().is_dir(),
            )
        })
        .collect();
    names.sort();
    names
}

fn no_strays(root: &Path, base: &str, allowed: &[&str], problems: &mut Problems) {
    for (name, is_folder) in entries(&root.join(base)) {
        if !is_folder && !allowed.contains(&name.as_str()) {
            problems.add(&format!("{base}/{name}"), 1, "no entry has such a file");
        }
    }
}

fn snippet(
    root: &Path,
    topic: &str,
    id: &str,
    workspace: &Workspace,
    problems: &mut Problems,
) -> Option<Snippet> {
    let base = format!("snippets/{topic}/{id}");
    if !is_id(id) {
        problems.add(
            &base,
            1,
            "an id is lower-case letters, digits and single hyphens",
        );
    }
    let manifest_path = format!("{base}/snippet.toml");
    let manifest: SnippetManifest = load(root, &manifest_path, problems)?;
    let main = text(root, &format!("{base}/main.rs"), problems)?;
    text(root, &format!("{base}/stdout.txt"), problems)?;
    let modules: Vec<_> = entries(&root.join(&base))
        .into_iter()
        .filter(|(name, is_folder)| !is_folder && name != "main.rs" && is_rust(name))
        .map(|(name, _)| name)
        .collect();
    if modules.len() > 1 {
        problems.add(&base, 1, "a snippet has one module at most");
    }
    let module = modules.into_iter().next();
    let mut files = vec![(format!("{base}/main.rs"), main)];
    if let Some(module) = &module {
        let path = format!("{base}/{module}");
        let source = text(root, &path, problems)?;
        files.push((path, source));
    }
    let mut allowed = vec!["snippet.toml", "main.rs", "stdout.txt", "proof.toml"];
    allowed.extend(module.as_deref());
    no_strays(root, &base, &allowed, problems);

    let (head_path, head_source) = files.last().expect("main.rs is there");
    let head = head::head(head_source);
    check_head(head_path, &head, problems);
    for (name, parameter) in &manifest.parameters {
        check_parameter(&manifest_path, name, parameter, &files, problems);
    }
    let crates: BTreeSet<_> = manifest
        .dependencies
        .keys()
        .chain(manifest.dev_dependencies.keys())
        .cloned()
        .collect();
    let family = workspace.family_for(&crates).map(str::to_owned);
    if family.is_none() {
        problems.add(
            &manifest_path,
            1,
            "no family of workspace.toml covers these dependencies",
        );
    }
    let mistake_texts = mistakes(root, &base, &manifest, problems);
    let code = files
        .iter()
        .map(|(_, source)| lift::without_tests(source))
        .collect();
    Some(Snippet {
        id: id.to_owned(),
        topic: topic.to_owned(),
        head,
        module,
        family: family?,
        code,
        mistakes: mistake_texts,
        manifest,
    })
}

fn is_rust(name: &str) -> bool {
    PathBuf::from(name)
        .extension()
        .is_some_and(|ending| ending == "rs")
}

fn is_id(id: &str) -> bool {
    id.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

fn check_head(path: &str, head: &Head, problems: &mut Problems) {
    if !head.title.ends_with('.') || head.title.chars().count() > 80 {
        problems.add(
            path,
            1,
            "the first `//!` line is a title of at most 80 characters with a full stop",
        );
    }
    for part in ["Use it when", "Prevents:"] {
        if !head.text.lines().any(|line| line.starts_with(part)) {
            problems.add(
                path,
                1,
                format_args!("no paragraph of the `//!` block begins with `{part}`"),
            );
        }
    }
}

fn check_parameter(
    manifest_path: &str,
    name: &str,
    parameter: &ParameterManifest,
    files: &[(String, String)],
    problems: &mut Problems,
) {
    let found: Vec<_> = files
        .iter()
        .flat_map(|(path, source)| {
            lift::constants(source)
                .into_iter()
                .map(move |c| (path, source, c))
        })
        .filter(|(_, _, constant)| constant.name == parameter.constant)
        .collect();
    let [(path, source, constant)] = found.as_slice() else {
        let what = format!(
            "parameter `{name}`: `const {}` stands at the top level of exactly one file",
            parameter.constant
        );
        problems.add(manifest_path, 1, what);
        return;
    };
    let mut wrong =
        |what: String| problems.add(path, constant.line, format!("parameter `{name}`: {what}"));
    if constant.doc.is_empty() {
        wrong("the const has no `///` doc, which is the parameter's help".into());
    }
    let expression = &source[constant.value.clone()];
    let Some(default) = value::parse_default(parameter, expression) else {
        return wrong(format!(
            "`{expression}` cannot be read as {}",
            value::wants(parameter.kind, &parameter.choices)
        ));
    };
    for bound in [&parameter.min, &parameter.max].into_iter().flatten() {
        if value::bound(parameter, bound).is_none() {
            wrong(format!(
                "bound `{bound}` is not {}",
                value::wants(parameter.kind, &parameter.choices)
            ));
        }
    }
    if !value::within(parameter, &default) {
        wrong("the default is out of bounds".into());
    }
}

/// Checks the mistakes of a snippet and gives their titles in the manifest's order.
fn mistakes(
    root: &Path,
    base: &str,
    manifest: &SnippetManifest,
    problems: &mut Problems,
) -> Vec<MistakeText> {
    let folder = format!("{base}/mistakes");
    let named: BTreeSet<_> = manifest
        .mistake
        .iter()
        .map(|mistake| mistake.file.clone())
        .collect();
    for (name, _) in entries(&root.join(&folder)) {
        if !named.contains(&name) {
            problems.add(
                &format!("{folder}/{name}"),
                1,
                "no `[[mistake]]` names this file",
            );
        }
    }
    let mut texts = Vec::new();
    for mistake in &manifest.mistake {
        let path = format!("{folder}/{}", mistake.file);
        let Some(source) = text(root, &path, problems) else {
            continue;
        };
        let Head { title, end, .. } = head::head(&source);
        if title.is_empty() {
            problems.add(&path, 1, "the first `//!` line says what is wrong");
        }
        let code = source[end..].to_owned();
        texts.push(MistakeText { title, code });
        if mistake.message.is_empty() != (mistake.fails == Fails::Hang) {
            problems.add(&path, 1, "a mistake has a `message`, unless it hangs");
        }
        if mistake.code.is_some() && mistake.fails != Fails::Compile
            || mistake.lint.is_some() != (mistake.fails == Fails::Lint)
        {
            problems.add(&path, 1, "`code` goes with `compile`, `lint` with `lint`");
        }
    }
    texts
}

/// Everything that an entry names must be there.
fn references(content: &Content, problems: &mut Problems) {
    let mut snippets: BTreeMap<&str, &Snippet> = BTreeMap::new();
    let topics: BTreeSet<_> = content
        .topics
        .iter()
        .map(|topic| topic.id.as_str())
        .collect();
    for snippet in &content.snippets {
        let path = format!("snippets/{}/{}/snippet.toml", snippet.topic, snippet.id);
        if snippets.insert(&snippet.id, snippet).is_some() {
            problems.add(&path, 1, "another snippet has this id");
        }
        for topic in &snippet.manifest.also {
            if !topics.contains(topic.as_str()) {
                problems.add(&path, 1, format_args!("`also` names no topic: `{topic}`"));
            }
        }
        if snippet.manifest.also.len() > 2 || snippet.manifest.also.contains(&snippet.topic) {
            problems.add(
                &path,
                1,
                "`also` names at most two topics other than the home",
            );
        }
    }
    for snippet in &content.snippets {
        let path = format!("snippets/{}/{}/snippet.toml", snippet.topic, snippet.id);
        for other in &snippet.manifest.see_also {
            if !snippets.contains_key(other.as_str()) {
                problems.add(
                    &path,
                    1,
                    format_args!("`see-also` names no snippet: `{other}`"),
                );
            }
        }
    }
    for topic in &content.topics {
        if !snippets.contains_key(topic.manifest.lead.as_str()) {
            let path = format!("snippets/{}/topic.toml", topic.id);
            problems.add(
                &path,
                1,
                format_args!("`lead` names no snippet: `{}`", topic.manifest.lead),
            );
        }
    }
    for template in &content.templates {
        let path = format!("templates/projects/{}/template.toml", template.id);
        for id in template.manifest.snippets.values() {
            if snippets
                .get(id.as_str())
                .is_none_or(|snippet| snippet.module.is_none())
            {
                problems.add(&path, 1, format_args!("`{id}` is no snippet with a module"));
            }
        }
    }
}
