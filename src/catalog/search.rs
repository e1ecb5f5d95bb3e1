//! From words to entries: names first, then messages of known mistakes, then the weighted words of the index (BM25 over
//! fields, see `build/generate.rs` for the weights).

use std::collections::BTreeMap;

use serde::Serialize;

use super::entry::Entry;
use super::index::{MISTAKES, Posting, SNIPPETS, TEMPLATES, TOPICS, WORDS};
use super::lookup::{Found, Sort};
use super::{Catalog, head, messages, words};
use crate::error::nearest;

/// How sure the answer is. `Weak` gives the nearest, `None` the topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Exact,
    Good,
    Weak,
    None,
}

#[derive(Debug)]
pub struct Hit<'a> {
    pub found: Found<'a>,
    pub score: f64,
}

/// Hits, best first, and how far to trust the first.
#[derive(Debug)]
pub struct Ranking<'a> {
    pub hits: Vec<Hit<'a>>,
    pub confidence: Confidence,
}

/// A query names something outright when its score is at least this.
const NAMED: f64 = 1000.0;
const MOST_HITS: usize = 8;
/// More words than this are a paste; the first ones decide.
const MOST_TERMS: usize = 60;

pub fn search<'a>(catalog: &'a Catalog, query: &str) -> Ranking<'a> {
    let mut hits: Vec<Hit<'a>> = Vec::new();
    let mut confidence = None;
    let name = query.trim().to_lowercase();
    let named = catalog.named(&name);
    let messages = messages::known_in(query);
    if !named.is_empty() {
        confidence = Some(Confidence::Exact);
        hits.extend(named.into_iter().map(|found| Hit {
            found,
            score: NAMED * 2.0,
        }));
    } else if !messages.is_empty() {
        confidence = Some(Confidence::Exact);
        hits.extend(messages.into_iter().map(|(mistake, length)| Hit {
            found: Found::Mistake(mistake),
            score: NAMED + bounded(length),
        }));
    } else if let Some(found) = misspelt(catalog, &name) {
        confidence = Some(Confidence::Good);
        hits.push(Hit {
            found,
            score: NAMED,
        });
    }
    let (by_words, of_words) = by_words(catalog, query);
    for hit in by_words {
        let known = |other: &Hit<'_>| {
            other.found.sort() == hit.found.sort() && other.found.id() == hit.found.id()
        };
        if !hits.iter().any(known) {
            hits.push(hit);
        }
    }
    if confidence.is_some() && hits.len() < 3 {
        hits.extend(neighbours(&hits));
    }
    hits.truncate(MOST_HITS);
    Ranking {
        confidence: confidence.unwrap_or(of_words),
        hits,
    }
}

fn bounded(length: usize) -> f64 {
    f64::from(u16::try_from(length).unwrap_or(u16::MAX).min(999))
}

/// A short query that is a typo away from an id or an alias.
fn misspelt<'a>(catalog: &'a Catalog, name: &str) -> Option<Found<'a>> {
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

/// Entries beside the ones that were named, so that an answer never stands alone.
fn neighbours(hits: &[Hit<'_>]) -> Vec<Hit<'static>> {
    let taken: Vec<_> = hits.iter().map(|hit| hit.found.id().to_owned()).collect();
    let topics = hits
        .first()
        .map(|hit| hit.found.topics())
        .unwrap_or_default();
    let beside = |snippet: &&super::index::Snippet| {
        !taken.iter().any(|id| id == snippet.id)
            && topics
                .iter()
                .any(|topic| snippet.topics.contains(&topic.as_str()))
    };
    SNIPPETS
        .iter()
        .filter(beside)
        .take(3)
        .map(|snippet| Hit {
            found: Found::Snippet(snippet),
            score: 0.0,
        })
        .collect()
}

/// Ranks everything by its words, and says how far the best covers the query.
fn by_words<'a>(catalog: &'a Catalog, query: &str) -> (Vec<Hit<'a>>, Confidence) {
    let mut terms = words::terms(query);
    terms.truncate(MOST_TERMS);
    terms.sort();
    terms.dedup();
    let entries = TOPICS.len() + SNIPPETS.len() + MISTAKES.len() + TEMPLATES.len();
    let mut scores: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    let mut asked = 0.0;
    for term in &terms {
        let (postings, trust) = postings(term);
        let rarity = rarity(entries, postings.len());
        asked += rarity;
        for (entry, weight) in postings {
            let share = f64::from(*weight) / 100.0;
            let (score, covered) = scores.entry(usize::from(*entry)).or_default();
            *score += rarity * share * trust;
            *covered += rarity * trust * (share / 3.0).min(1.0);
        }
    }
    let mut ranked: Vec<(Hit<'a>, f64)> = scores
        .into_iter()
        .filter_map(|(place, (score, covered))| {
            let found = entry_at(place)?;
            let preference = if found.sort() == Sort::Mistake {
                0.8
            } else {
                1.0
            };
            Some((
                Hit {
                    found,
                    score: score * preference,
                },
                covered,
            ))
        })
        .collect();
    ranked.extend(catalog.overlay().entries.iter().filter_map(|entry| {
        let score = team_score(entry, &terms);
        (score > 0.0).then_some((
            Hit {
                found: Found::Team(entry),
                score,
            },
            score,
        ))
    }));
    ranked.sort_by(|a, b| {
        b.0.score
            .total_cmp(&a.0.score)
            .then(a.0.found.id().cmp(b.0.found.id()))
    });
    let best = ranked
        .iter()
        .take(3)
        .map(|(_, covered)| covered / asked)
        .fold(0.0, f64::max);
    let confidence = match best {
        _ if ranked.is_empty() => Confidence::None,
        share if share >= 0.6 => Confidence::Good,
        share if share >= 0.2 => Confidence::Weak,
        _ => Confidence::None,
    };
    (
        ranked
            .into_iter()
            .map(|(hit, _)| hit)
            .take(MOST_HITS)
            .collect(),
        confidence,
    )
}

/// Where a word stands; a word that stands nowhere is taken for a typo of the nearest, and trusted less.
fn postings(term: &str) -> (&'static [Posting], f64) {
    if let Ok(at) = WORDS.binary_search_by(|(word, _)| (*word).cmp(term)) {
        return (WORDS[at].1, 1.0);
    }
    if term.len() < 5 {
        return (&[], 0.0);
    }
    let near = WORDS
        .iter()
        .filter(|(word, _)| word.len().abs_diff(term.len()) <= 1)
        .find(|(word, _)| strsim::osa_distance(word, term) <= 1);
    near.map_or((&[], 0.0), |(_, postings)| (*postings, 0.7))
}

/// BM25's idf: what a word tells by being rare. A word that nothing has is the rarest of all.
fn rarity(entries: usize, having: usize) -> f64 {
    let (entries, having) = (bounded(entries), bounded(having));
    (1.0 + (entries - having + 0.5) / (having + 0.5)).ln()
}

fn entry_at(place: usize) -> Option<Found<'static>> {
    let mut at = place;
    if let Some(topic) = TOPICS.get(at) {
        return Some(Found::Topic(topic));
    }
    at -= TOPICS.len();
    if let Some(snippet) = SNIPPETS.get(at) {
        return Some(Found::Snippet(snippet));
    }
    at -= SNIPPETS.len();
    if let Some(mistake) = MISTAKES.get(at) {
        return Some(Found::Mistake(mistake));
    }
    at -= MISTAKES.len();
    TEMPLATES.get(at).map(Found::Template)
}

/// A team's entry is found by its id, title, aliases and keywords.
fn team_score(entry: &Entry, terms: &[String]) -> f64 {
    let mut own = words::terms(entry.name());
    own.extend(words::terms(&head::head(entry.head_file().1).title));
    for text in entry
        .manifest
        .aliases
        .iter()
        .chain(&entry.manifest.keywords)
    {
        own.extend(words::terms(text));
    }
    let hits = terms.iter().filter(|term| own.contains(term)).count();
    bounded(hits) * 3.0
}
