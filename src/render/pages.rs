//! The pages of `ask` and `show`: what of an entry goes where, within a budget. How they look is in `templates/pages`.

use serde::Serialize;

use super::code::{self, CodeForm, headless};
use super::dependencies::{self, Resolved};
use super::engine::Template;
use super::parameters::{Files, Parameter};
use super::{lift, value};
use crate::catalog::embed;
use crate::catalog::entry::{self, Entry, Origin};
use crate::catalog::head;
use crate::catalog::manifest::{MistakeManifest, Proof};

/// Everything that a snippet's page may say. What does not fit the budget is switched off, the least needed first.
#[derive(Debug, Serialize)]
pub struct SnippetPage {
    pub id: String,
    pub title: String,
    pub text: String,
    pub code: String,
    /// The module's file, where there is one.
    pub module: Option<String>,
    /// `main.rs` beside a module.
    pub demo: Option<String>,
    pub cargo_add: Vec<String>,
    pub cargo_add_dev: Vec<String>,
    pub parameters: Vec<ParameterLine>,
    pub mistakes: Vec<MistakeLine>,
    pub see_also: Vec<String>,
    pub proof: Option<Proof>,
    /// The folder of a team's entry.
    pub team: Option<String>,
    /// `true` when values other than the defaults stand in the code.
    pub changed: bool,
    /// What the user's own crate has to do with it.
    pub notes: Vec<String>,
    /// The code is left out, since not even it alone fits.
    pub code_left_out: bool,
    pub shortened: bool,
    /// Other entries of the same name.
    pub others: Vec<String>,
    /// What else may have been meant.
    pub near: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct ParameterLine {
    pub name: String,
    pub help: String,
    pub kind: &'static str,
    pub default: String,
    pub bounds: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct MistakeLine {
    pub id: String,
    pub title: String,
    pub fails: &'static str,
}

/// The page of a snippet, everything on.
///
/// # Errors
/// When the shared `workspace.toml` is broken, which `build.rs` rules out.
pub fn snippet(
    entry: &Entry,
    files: &Files,
    parameters: &[Parameter<'_>],
    form: CodeForm,
    changed: bool,
) -> anyhow::Result<SnippetPage> {
    let head = head::head(entry.head_file().1);
    let resolved = resolved(entry)?;
    let (dev, normal): (Vec<_>, Vec<_>) =
        resolved.into_iter().partition(|dependency| dependency.dev);
    let module = entry.module().map(|(file, _)| file.to_owned());
    let demo = module.is_some() && !form.program;
    let main = files.get("main.rs").map_or("", |text| text.as_ref());
    Ok(SnippetPage {
        id: entry.id.clone(),
        title: head.title.trim_end_matches('.').to_owned(),
        text: head.text,
        code: headless(&code::of(files, entry, form)),
        module,
        demo: demo.then(|| headless(&lift::without_tests(main))),
        cargo_add: dependencies::cargo_add(&normal),
        cargo_add_dev: if form.with_tests {
            dependencies::cargo_add(&dev)
        } else {
            Vec::new()
        },
        parameters: parameters.iter().map(parameter_line).collect(),
        mistakes: mistake_lines(entry),
        see_also: entry.manifest.see_also.clone(),
        proof: if entry.origin == Origin::Catalogue {
            entry.proof()
        } else {
            None
        },
        team: match &entry.origin {
            Origin::Team(folder) => Some(folder.display().to_string()),
            Origin::Catalogue => None,
        },
        changed,
        notes: Vec::new(),
        code_left_out: false,
        shortened: false,
        others: Vec::new(),
        near: Vec::new(),
    })
}

/// What a mistake's program needs.
///
/// # Errors
/// As for [`snippet`].
pub fn resolved_mistake(entry: &Entry, mistake: &MistakeManifest) -> anyhow::Result<Vec<Resolved>> {
    let own = mistake
        .dependencies
        .as_ref()
        .unwrap_or(&entry.manifest.dependencies);
    Ok(dependencies::resolve(&entry::workspace()?, own, false))
}

/// All dependencies of an entry with their versions.
///
/// # Errors
/// As for [`snippet`].
pub fn resolved(entry: &Entry) -> anyhow::Result<Vec<Resolved>> {
    let workspace = entry::workspace()?;
    let mut resolved = dependencies::resolve(&workspace, &entry.manifest.dependencies, false);
    resolved.extend(dependencies::resolve(
        &workspace,
        &entry.manifest.dev_dependencies,
        true,
    ));
    Ok(resolved)
}

/// What a page or a document says of a parameter.
pub fn parameter_line(parameter: &Parameter<'_>) -> ParameterLine {
    let manifest = parameter.manifest;
    let choices = || value::wants(manifest.kind, &manifest.choices);
    ParameterLine {
        name: parameter.name.to_owned(),
        help: parameter.help.clone(),
        kind: manifest.kind.name(),
        default: value::show(&parameter.default),
        bounds: value::bounds(manifest).or_else(|| (!manifest.choices.is_empty()).then(choices)),
    }
}

fn mistake_lines(entry: &Entry) -> Vec<MistakeLine> {
    let title = |file: &str| head::head(entry.file(&format!("mistakes/{file}"))).title;
    let mistakes = entry.manifest.mistake.iter();
    mistakes
        .map(|mistake| MistakeLine {
            id: format!("{}/{}", entry.id, mistake.stem()),
            title: title(&mistake.file),
            fails: mistake.fails.name(),
        })
        .collect()
}

impl SnippetPage {
    /// The page as Markdown, at most `budget` characters: parts are left out, the least needed first, never a piece of code.
    ///
    /// # Errors
    /// When a page template is broken, which a law rules out.
    pub fn within(mut self, budget: usize) -> anyhow::Result<String> {
        let template = page_template("snippet.md.tera")?;
        let mut out = template.render(&self)?;
        let steps: [fn(&mut Self); 6] = [
            |page| page.demo = None,
            |page| page.see_also.clear(),
            |page| page.mistakes.clear(),
            |page| page.parameters.clear(),
            |page| page.code_left_out = true,
            |page| page.text.clear(),
        ];
        for step in steps {
            if out.chars().count() <= budget {
                break;
            }
            step(&mut self);
            self.shortened = true;
            out = template.render(&self)?;
        }
        Ok(out)
    }
}

/// The page of a topic: its own text, then the code of its first snippet.
#[derive(Debug, Serialize)]
pub struct TopicPage {
    pub id: String,
    pub page: String,
    pub snippets: Vec<NameAndTitle>,
    pub lead: Option<SnippetPage>,
    pub lead_left_out: bool,
    pub others: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct NameAndTitle {
    pub id: String,
    pub title: String,
}

impl TopicPage {
    /// As [`SnippetPage::within`].
    ///
    /// # Errors
    /// As for [`SnippetPage::within`].
    pub fn within(mut self, budget: usize) -> anyhow::Result<String> {
        let template = page_template("topic.md.tera")?;
        let mut out = template.render(&self)?;
        if out.chars().count() > budget {
            self.snippets.clear();
            out = template.render(&self)?;
        }
        if out.chars().count() > budget && self.lead.take().is_some() {
            self.lead_left_out = true;
            out = template.render(&self)?;
        }
        if out.chars().count() > budget {
            let first = self.page.find("\n\n").unwrap_or(self.page.len());
            self.page.truncate(first);
            out = template.render(&self)?;
        }
        Ok(out)
    }
}

/// The page of a mistake: what happens, why, and the program that shows it.
#[derive(Debug, Serialize)]
pub struct MistakePage {
    pub id: String,
    pub title: String,
    pub fails: &'static str,
    pub message: String,
    pub why: String,
    pub code: Option<String>,
    /// What the program needs; said where it is shown.
    pub cargo_add: Vec<String>,
    pub snippet: String,
    pub snippet_title: String,
    /// The cure: the snippet's own page, below.
    pub cure: Option<String>,
    pub proof: Option<Proof>,
}

/// # Errors
/// When a page template is broken, which a law rules out.
pub fn mistake(page: &MistakePage) -> anyhow::Result<String> {
    page_template("mistake.md.tera")?.render(page)
}

/// Renders a page of `templates/pages` that is only a list.
///
/// # Errors
/// When a page template is broken, which a law rules out.
pub fn list<T: Serialize>(template: &str, page: &T) -> anyhow::Result<String> {
    page_template(template)?.render(page)
}

fn page_template(name: &str) -> anyhow::Result<Template> {
    let text = embed::template_file(&format!("pages/{name}")).unwrap_or_default();
    Template::parse(name, text)
}
