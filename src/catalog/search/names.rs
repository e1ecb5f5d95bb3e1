//! Names: misspelt ones, and names of Rust.

use super::super::Catalog;
use super::super::index::{SNIPPETS, TEMPLATES, TOPICS};
use super::super::lookup::Found;
use super::super::words;
use crate::error::nearest;

/// A short query that is a typo away from an id or an alias.
pub(super) fn misspelt<'a>(catalog: &'a Catalog, name: &str) -> Option<Found<'a>> {
    const CLOSE: f64 = 0.8;
    if name.len() < 4 || name.len() > 40 || name.split_whitespace().count() > 3 {
        return None;
    }
    let dashed = name.split_whitespace().collect::<Vec<_>>().join("-");
    let aliases = SNIPPETS.iter().flat_map(|snippet| snippet.aliases);
    let aliases = aliases
        .chain(TOPICS.iter().flat_map(|topic| topic.aliases))
        .copied();
    let ids = TOPICS
        .iter()
        .map(|topic| topic.id)
        .chain(SNIPPETS.iter().map(|snippet| snippet.id));
    let ids = ids.chain(TEMPLATES.iter().map(|template| template.id));
    let best = nearest(&dashed, ids)
        .into_iter()
        .chain(nearest(name, aliases))
        .max_by(|a, b| {
            let score = |known: &str| strsim::normalized_damerau_levenshtein(&dashed, known);
            score(a).total_cmp(&score(b))
        })?;
    if strsim::normalized_damerau_levenshtein(&dashed, &best) < CLOSE {
        return None;
    }
    catalog.named(&best).into_iter().next()
}

/// Whether it reads as one name of Rust: `JoinSet::join_next`, `select!`, `spawn_blocking()`.
pub(super) fn is_api(question: &str) -> bool {
    let name = question.trim().trim_matches('`');
    let shape = |c: char| c.is_alphanumeric() || "_:!()<>#[]".contains(c);
    let marked = name.contains("::")
        || name.contains('_')
        || name.ends_with(['!', ')'])
        || name.chars().skip(1).any(char::is_uppercase);
    name.chars().all(shape) && marked
}

/// Languages that are not this one.
const LANGUAGES: [&str; 16] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "kotlin",
    "php",
    "ruby",
    "perl",
    "bash",
    "sql",
    "css",
    "html",
    "excel",
    "latex",
    "matlab",
    "haskell",
];

pub(super) fn is_language(word: &str) -> bool {
    LANGUAGES.contains(&word)
}

/// Whether it names another language and nothing of this one. Their words for Tokio's things are welcome (`Promise.all`),
/// their own questions are not.
pub(super) fn is_elsewhere(question: &str) -> bool {
    const OURS: [&str; 8] = [
        "tokio", "rust", "cargo", "crate", "async", "await", "future", "runtime",
    ];
    let flat = words::flat(question);
    flat.split(' ').any(is_language) && !flat.split(' ').any(|word| OURS.contains(&word))
}
