//! The answer to several needs, or to several errors of one paste.

use serde::Serialize;

use super::super::{Context, shown};
use super::name_and_title;
use crate::catalog::lookup::Found;
use crate::catalog::search::Ranking;
use crate::render::code::CodeForm;
use crate::render::pages::{self, NameAndTitle};

#[derive(Serialize)]
struct PartsPage {
    sections: Vec<Section>,
    meeting: Vec<NameAndTitle>,
    /// The page of the first of `meeting`.
    joined: Option<String>,
}

#[derive(Serialize)]
struct Section {
    asked: String,
    page: String,
}

/// Less room than this holds no code worth reading.
const LEAST_ROOM: usize = 1500;

/// Each part with its own answer where they all fit with their code; otherwise each in short, and the code of the snippet
/// in which they meet.
pub(super) fn page(
    ranking: &Ranking<'_>,
    budget: usize,
    context: &Context<'_>,
) -> anyhow::Result<String> {
    let mut page = PartsPage {
        sections: sections(ranking, |_| Ok(String::new()))?,
        meeting: ranking.meeting.iter().map(name_and_title).collect(),
        joined: None,
    };
    let frame = length(&rendered(&page)?);
    let whole = sections(ranking, |found| {
        super::page(found, Vec::new(), usize::MAX, context)
    })?;
    let needed: usize = whole.iter().map(|section| length(&section.page)).sum();
    if frame + needed <= budget {
        page.sections = whole;
        return rendered(&page);
    }
    page.sections = sections(ranking, |found| short(found, context))?;
    let room = budget.saturating_sub(length(&rendered(&page)?));
    let joins = ranking
        .meeting
        .first()
        .or(ranking.hits.first().map(|hit| &hit.found));
    if room >= LEAST_ROOM
        && let Some(joins) = joins
    {
        page.joined = Some(
            super::page(joins, Vec::new(), room, context)?
                .trim_end()
                .to_owned(),
        );
    }
    rendered(&page)
}

fn rendered(page: &PartsPage) -> anyhow::Result<String> {
    pages::list("parts.md.tera", page)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn sections(
    ranking: &Ranking<'_>,
    page: impl Fn(&Found<'_>) -> anyhow::Result<String>,
) -> anyhow::Result<Vec<Section>> {
    let parts = ranking.parts.iter().zip(&ranking.hits);
    parts
        .map(|(asked, hit)| {
            Ok(Section {
                asked: asked.clone(),
                page: page(&hit.found)?.trim_end().to_owned(),
            })
        })
        .collect()
}

/// A section without code.
#[derive(Serialize)]
struct ShortPage {
    id: String,
    title: String,
    text: String,
    cargo_add: Vec<String>,
}

fn short(found: &Found<'_>, context: &Context<'_>) -> anyhow::Result<String> {
    match found {
        Found::Snippet(_) | Found::Team(_) => {
            let entry = shown::read(found)?;
            let page = shown::snippet_page(&entry, &[], CodeForm::default(), context)?;
            let text = page
                .text
                .split("\n\n")
                .next()
                .unwrap_or_default()
                .to_owned();
            let page = ShortPage {
                id: page.id,
                title: page.title,
                text,
                cargo_add: page.cargo_add,
            };
            pages::list("short.md.tera", &page)
        }
        Found::Mistake(mistake) => {
            let (entry, manifest) = shown::mistake(mistake)?;
            pages::mistake(&shown::mistake_page(mistake, &entry, &manifest, false)?)
        }
        found => pages::list("nearest-one.md.tera", &name_and_title(found)),
    }
}
