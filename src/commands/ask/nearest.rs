//! The answer where none is sure: the nearest entries, or the topics.

use serde::Serialize;

use super::name_and_title;
use crate::catalog::index;
use crate::catalog::lookup::Found;
use crate::catalog::search::{Confidence, Ranking};
use crate::render::pages::{self, NameAndTitle};

#[derive(Serialize)]
struct NearestPage {
    empty: bool,
    /// The catalogue has nothing on it (`none` is a literal of the page's language).
    nothing: bool,
    /// An error was pasted that the catalogue does not have; these are near it.
    near: bool,
    snippets: usize,
    mistakes: usize,
    entries: Vec<NameAndTitle>,
}

/// The three nearest with a line each; without any, the topics.
pub(super) fn page(query: &str, ranking: &Ranking<'_>) -> anyhow::Result<String> {
    let nothing = ranking.confidence == Confidence::None;
    let entries = if nothing {
        index::TOPICS
            .iter()
            .map(|topic| name_and_title(&Found::Topic(topic)))
            .collect()
    } else {
        ranking
            .hits
            .iter()
            .take(3)
            .map(|hit| name_and_title(&hit.found))
            .collect()
    };
    let page = NearestPage {
        empty: query.is_empty(),
        nothing,
        near: ranking.near,
        snippets: index::SNIPPETS.len(),
        mistakes: index::MISTAKES.len(),
        entries,
    };
    pages::list("nearest.md.tera", &page)
}
