//! `list`: the names of everything, or of one sort, or of one topic.

use super::Context;
use crate::catalog::index;
use crate::catalog::lookup::{Found, Sort};
use crate::cli::{List, ListSort};
use crate::report::{Listed, Report};

pub(super) fn execute(args: &List, context: &Context<'_>) -> anyhow::Result<Report> {
    let topic = match &args.topic {
        Some(name) => Some(
            context
                .catalog
                .one(Some(Sort::Topic), name)?
                .id()
                .to_owned(),
        ),
        None => None,
    };
    let wanted = |sort: ListSort| args.sort.is_none_or(|asked| asked == sort);
    let mut found: Vec<Found<'_>> = Vec::new();
    if wanted(ListSort::Topics) {
        found.extend(index::TOPICS.iter().map(Found::Topic));
    }
    if wanted(ListSort::Snippets) {
        found.extend(index::SNIPPETS.iter().map(Found::Snippet));
        found.extend(context.catalog.overlay().entries.iter().map(Found::Team));
    }
    if wanted(ListSort::Mistakes) {
        found.extend(index::MISTAKES.iter().map(Found::Mistake));
    }
    if wanted(ListSort::Templates) {
        found.extend(index::TEMPLATES.iter().map(Found::Template));
    }
    let entries = found
        .iter()
        .map(|found| Listed {
            kind: found.sort().name(),
            id: found.id().to_owned(),
            topics: found.topics(),
            title: found.title(),
        })
        .filter(|listed| {
            topic
                .as_ref()
                .is_none_or(|topic| listed.topics.contains(topic))
        })
        .collect();
    Ok(Report::List { entries })
}
