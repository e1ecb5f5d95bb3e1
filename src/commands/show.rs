//! `show`: one entry, by its name.

use super::{Context, shown};
use crate::catalog::index;
use crate::catalog::lookup::{Found, Sort};
use crate::cli::{self, Form};
use crate::error::{Problem, nearest};
use crate::project::plan;
use crate::render::code::{self, CodeForm};
use crate::render::dependencies::Resolved;
use crate::render::pages;
use crate::render::parameters::{self, Parameter};
use crate::report::{DependencyView, FileView, ParameterView, Report, Show, Shown};

/// A page that was asked for by name is given whole.
const NO_BUDGET: usize = usize::MAX;

pub(super) fn execute(args: &cli::Show, context: &Context<'_>) -> anyhow::Result<Report> {
    let (sort, name) = noun_and_name(&args.name)?;
    let found = context.catalog.one(sort, name)?;
    let others = if sort.is_none() {
        shown::others(name, &found, context)
    } else {
        Vec::new()
    };
    match &found {
        Found::Snippet(_) | Found::Team(_) => snippet(&found, args, others, context),
        Found::Topic(topic) => {
            only_for_snippets(args, "topic")?;
            let mut page = shown::topic_page(topic, context)?;
            page.others = others;
            Ok(report(
                &found,
                Vec::new(),
                Vec::new(),
                Vec::new(),
                page.within(NO_BUDGET)?,
            ))
        }
        Found::Mistake(mistake) => {
            let (entry, manifest) = shown::mistake(mistake)?;
            if args.code_only {
                let text = entry
                    .file(&format!("mistakes/{}", manifest.file))
                    .to_owned();
                return Ok(Report::Text { text });
            }
            only_for_snippets(args, "mistake")?;
            let page = shown::mistake_page(mistake, &entry, &manifest, true)?;
            let path = format!("mistakes/{}", manifest.file);
            let files = vec![FileView {
                text: entry.file(&path).to_owned(),
                path,
            }];
            Ok(report(
                &found,
                Vec::new(),
                views(pages::resolved_mistake(&entry, &manifest)?),
                files,
                pages::mistake(&page)?,
            ))
        }
        Found::Template(template) => {
            only_for_snippets(args, "template")?;
            show_template(&found, template)
        }
    }
}

/// `show NAME` or `show snippet NAME`.
pub(super) fn noun_and_name(words: &[String]) -> Result<(Option<Sort>, &str), Problem> {
    match words {
        [name] => Ok((None, name)),
        [noun, name] => {
            let sort = Sort::ALL
                .into_iter()
                .find(|sort| sort.name() == noun)
                .ok_or_else(|| {
                    let near = nearest(noun, Sort::ALL.iter().map(|sort| sort.name()));
                    Problem::unknown("sort of entry", noun, &near)
                })?;
            Ok((Some(sort), name))
        }
        _ => Err(Problem::wording(
            "one name is needed",
            "for example `tokio-cmd show timeouts`",
        )),
    }
}

fn only_for_snippets(args: &cli::Show, what: &str) -> Result<(), Problem> {
    if args.set.is_empty() && !args.code_only && !args.with_tests && args.form == Form::Module {
        return Ok(());
    }
    Err(Problem::wording(
        format!("--set, --code-only, --with-tests and --form are for snippets, not for a {what}"),
        "name a snippet: `tokio-cmd list snippets`",
    ))
}

fn snippet(
    found: &Found<'_>,
    args: &cli::Show,
    others: Vec<String>,
    context: &Context<'_>,
) -> anyhow::Result<Report> {
    let entry = shown::read(found)?;
    let form = CodeForm {
        with_tests: args.with_tests,
        program: args.form == Form::Program,
    };
    let all = shown::parameters(&entry)?;
    let values = parameters::settings(&entry.id, &all, &args.set)?;
    let files = parameters::render(&all, &entry.files, &values)?;
    if args.code_only {
        return Ok(Report::Text {
            text: code::of(&files, &entry, form),
        });
    }
    let mut page = shown::snippet_page(&entry, &args.set, form, context)?;
    page.others = others;
    let rust = files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs") && !path.starts_with("mistakes/"));
    let rust = rust
        .map(|(path, text)| FileView {
            path: path.clone(),
            text: text.to_string(),
        })
        .collect();
    Ok(report(
        found,
        parameter_views(&all),
        views(pages::resolved(&entry)?),
        rust,
        page.within(NO_BUDGET)?,
    ))
}

fn show_template(found: &Found<'_>, template: &index::Template) -> anyhow::Result<Report> {
    let project = plan::read(template)?;
    let files = plan::files(&project, template.id, &[])?;
    let all = parameters::find(&project.manifest.parameters, &project.files)?;
    let mut markdown = format!(
        "# {} (template `{}`)\n\n",
        template.title.trim_end_matches('.'),
        template.id
    );
    if !all.is_empty() {
        markdown += "Parameters (`--set name=value`):\n\n";
    }
    let views = parameter_views(&all);
    for view in &views {
        let bounds = view.bounds.as_ref();
        markdown += &format!(
            "- `{}` ({}, default `{}`{}): {}\n",
            view.name,
            view.value,
            view.default,
            bounds.map_or_else(String::new, |bounds| format!(", {bounds}")),
            view.help
        );
    }
    markdown += "\nFiles:\n\n";
    for path in files.keys() {
        markdown += &format!("- `{path}`\n");
    }
    markdown += &format!("\nNext: `tokio-cmd new --template {} NAME`\n", template.id);
    let files = files
        .iter()
        .map(|(path, text)| FileView {
            path: path.clone(),
            text: text.to_string(),
        })
        .collect();
    Ok(report(found, views, Vec::new(), files, markdown))
}

fn parameter_views(all: &[Parameter<'_>]) -> Vec<ParameterView> {
    let lines = all.iter().map(pages::parameter_line);
    lines
        .map(|line| ParameterView {
            name: line.name,
            help: line.help,
            value: line.kind.to_owned(),
            default: line.default,
            bounds: line.bounds,
        })
        .collect()
}

fn views(resolved: Vec<Resolved>) -> Vec<DependencyView> {
    resolved
        .into_iter()
        .map(|dependency| DependencyView {
            name: dependency.name,
            version: dependency.version,
            features: dependency.features,
            dev: dependency.dev,
        })
        .collect()
}

fn report(
    found: &Found<'_>,
    parameters: Vec<ParameterView>,
    dependencies: Vec<DependencyView>,
    files: Vec<FileView>,
    markdown: String,
) -> Report {
    let entry = Shown {
        kind: found.sort().name(),
        id: found.id().to_owned(),
        topics: found.topics(),
        title: found.title(),
        parameters,
        dependencies,
        files,
    };
    Report::Show(Show {
        entries: vec![entry],
        markdown,
    })
}
