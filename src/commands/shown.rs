//! The pages that `ask` and `show` both give.

use super::{Context, advice};
use crate::catalog::entry::{Entry, Origin};
use crate::catalog::index::{self, Mistake, Snippet, Topic};
use crate::catalog::lookup::{self, Found};
use crate::catalog::manifest::MistakeManifest;
use crate::catalog::{embed, head};
use crate::error::Problem;
use crate::render::code::CodeForm;
use crate::render::dependencies;
use crate::render::pages::{self, MistakePage, NameAndTitle, SnippetPage, TopicPage};
use crate::render::parameters::{self, Parameter};

/// Reads what was found as an entry: a snippet of the catalogue or of a team.
pub(super) fn read(found: &Found<'_>) -> anyhow::Result<Entry> {
    match found {
        Found::Snippet(snippet) => Entry::read(snippet),
        Found::Team(entry) => Ok((*entry).clone()),
        _ => anyhow::bail!("`{}` is no snippet", found.id()),
    }
}

/// The parameters of an entry. Nobody has checked a team's before.
pub(super) fn parameters(entry: &Entry) -> anyhow::Result<Vec<Parameter<'_>>> {
    parameters::find(&entry.manifest.parameters, &entry.files).map_err(|error| {
        match &entry.origin {
            Origin::Catalogue => error,
            Origin::Team(folder) => Problem::wording(
                format!("`{}` is broken: {error:#}", entry.id),
                format!("put it right in {}", crate::error::shown(folder)),
            )
            .into(),
        }
    })
}

/// The page of a snippet with these values.
pub(super) fn snippet_page(
    entry: &Entry,
    sets: &[String],
    form: CodeForm,
    context: &Context<'_>,
) -> anyhow::Result<SnippetPage> {
    let all = parameters(entry)?;
    let values = parameters::settings(&entry.id, &all, sets)?;
    let files = parameters::render(&all, &entry.files, &values)?;
    let mut page = pages::snippet(entry, &files, &all, form, !values.is_empty())?;
    if entry.origin == Origin::Catalogue {
        page.notes = advice::on(entry, page.proof.as_ref(), context);
    }
    Ok(page)
}

pub(super) fn topic_page(
    topic: &'static Topic,
    context: &Context<'_>,
) -> anyhow::Result<TopicPage> {
    let page = embed::snippet_file(&format!("{}/README.md", topic.id)).unwrap_or_default();
    let of_topic = |snippet: &&Snippet| snippet.topics.contains(&topic.id);
    let snippets = index::SNIPPETS
        .iter()
        .filter(of_topic)
        .map(|snippet| NameAndTitle {
            id: snippet.id.to_owned(),
            title: snippet.title.trim_end_matches('.').to_owned(),
        });
    let lead = match lookup::snippet(topic.lead) {
        Some(lead) => Some(snippet_page(
            &Entry::read(lead)?,
            &[],
            CodeForm::default(),
            context,
        )?),
        None => None,
    };
    Ok(TopicPage {
        id: topic.id.to_owned(),
        page: page.trim_end().to_owned(),
        snippets: snippets.collect(),
        lead,
        lead_left_out: false,
        others: Vec::new(),
    })
}

/// What a mistake's manifest says, and the entry that prevents it.
pub(super) fn mistake(mistake: &Mistake) -> anyhow::Result<(Entry, MistakeManifest)> {
    let snippet = lookup::snippet(mistake.snippet)
        .ok_or_else(|| Problem::unknown("snippet", mistake.snippet, &[]))?;
    let entry = Entry::read(snippet)?;
    let stem = mistake.id.rsplit('/').next().unwrap_or(mistake.id);
    let manifest = entry
        .manifest
        .mistake
        .iter()
        .find(|manifest| manifest.stem() == stem)
        .cloned();
    let manifest = manifest.ok_or_else(|| anyhow::anyhow!("`{}` has no manifest", mistake.id))?;
    Ok((entry, manifest))
}

/// The page of a mistake; `with_code` shows the program that proves it.
pub(super) fn mistake_page(
    of: &Mistake,
    entry: &Entry,
    manifest: &MistakeManifest,
    with_code: bool,
) -> anyhow::Result<MistakePage> {
    let source = entry.file(&format!("mistakes/{}", manifest.file));
    let head = head::head(source);
    let untitled = |title: &str| title.trim_end_matches('.').to_owned();
    let needs = pages::resolved_mistake(entry, manifest)?;
    Ok(MistakePage {
        id: of.id.to_owned(),
        title: untitled(&head.title),
        fails: of.fails,
        message: manifest.message.clone(),
        why: manifest.why.clone(),
        code: with_code.then(|| source[head.end..].trim_end().to_owned()),
        cargo_add: dependencies::cargo_add(&needs),
        snippet: of.snippet.to_owned(),
        snippet_title: lookup::snippet(of.snippet)
            .map_or_else(String::new, |snippet| untitled(snippet.title)),
        cure: None,
        proof: entry.proof(),
    })
}

/// The ids of other entries that a bare name stands for too, as they are asked for.
pub(super) fn others(name: &str, chosen: &Found<'_>, context: &Context<'_>) -> Vec<String> {
    context
        .catalog
        .named(name)
        .iter()
        .filter(|found| found.sort() != chosen.sort() || found.id() != chosen.id())
        .map(|found| format!("{} {}", found.sort().name(), found.id()))
        .collect()
}
