//! From words to entries. Names first; then errors that were pasted, by their messages; then several needs, each by
//! itself; then the weighted words of the index.

mod errors;
mod messages;
mod names;
mod needs;
mod paste;
mod query;
mod rank;

use serde::Serialize;

use super::entry::Entry;
use super::index::SNIPPETS;
use super::lookup::{Found, Sort};
use super::{Catalog, head, words};
use query::Query;
use rank::Scored;

/// How sure the answer is. `Weak` gives the nearest, `None` the topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    None,
    Weak,
    Good,
    Exact,
}

#[derive(Debug, Clone)]
pub struct Hit<'a> {
    pub found: Found<'a>,
    pub score: f64,
}

/// Hits, best first, and how far to trust the first.
#[derive(Debug)]
pub struct Ranking<'a> {
    pub hits: Vec<Hit<'a>>,
    pub confidence: Confidence,
    /// What the first hits answer, one each, where the question holds several errors or needs.
    pub parts: Vec<String>,
    /// The first is the nearest known error, not the one that was pasted.
    pub near: bool,
    /// Where several needs meet.
    pub meeting: Vec<Found<'static>>,
}

impl<'a> Ranking<'a> {
    pub const fn new(hits: Vec<Hit<'a>>, confidence: Confidence) -> Self {
        Self {
            hits,
            confidence,
            parts: Vec::new(),
            near: false,
            meeting: Vec::new(),
        }
    }
}

/// The score of what was named outright.
const NAMED: f64 = 1000.0;
const MOST_HITS: usize = 8;
/// What the best entry must cover of what was asked, by rarity.
const GOOD: f64 = 0.5;
const WEAK: f64 = 0.2;
/// What its score must be besides: a few words that stand everywhere are soon covered.
const GOOD_SCORE: f64 = 12.0;
/// And where nothing is called by its name and words are left over: other worlds share many words with this one.
const GOOD_SCORE_UNNAMED: f64 = 32.0;
const WHOLE: f64 = 0.95;

pub fn search<'a>(catalog: &'a Catalog, question: &str) -> Ranking<'a> {
    let name = question.trim().to_lowercase();
    let named = catalog.named(&name);
    if !named.is_empty() {
        let hits = named.into_iter().map(|found| Hit {
            found,
            score: NAMED,
        });
        return with_others(catalog, question, hits.collect(), Confidence::Exact);
    }
    let blocks = paste::blocks(question);
    if !blocks.is_empty() {
        return errors::pasted(&blocks);
    }
    let known = errors::known(question);
    if !known.is_empty() {
        let hits = known.into_iter().map(errors::named).collect();
        return with_others(catalog, question, hits, Confidence::Exact);
    }
    let nearly = messages::nearly_in(question);
    if !nearly.is_empty() {
        let hits = nearly.into_iter().map(errors::named).collect();
        return with_others(catalog, question, hits, Confidence::Good);
    }
    if let Some(found) = names::misspelt(catalog, &name) {
        let hits = vec![Hit {
            found,
            score: NAMED,
        }];
        return with_others(catalog, question, hits, Confidence::Good);
    }
    let needs = needs::find(question);
    if needs.len() > 1 {
        let meeting = needs::meeting(&needs, question);
        let hits = needs.iter().map(|need| Hit {
            found: need.best.found.clone(),
            score: need.best.score,
        });
        let mut ranking = with_others(catalog, question, hits.collect(), Confidence::Good);
        ranking.parts = needs.into_iter().map(|need| need.words).collect();
        ranking.meeting = meeting;
        return ranking;
    }
    by_words(catalog, question)
}

fn count(number: usize) -> f64 {
    f64::from(u16::try_from(number).unwrap_or(u16::MAX))
}

/// What was named, and what its words find besides.
fn with_others<'a>(
    catalog: &'a Catalog,
    question: &str,
    mut hits: Vec<Hit<'a>>,
    confidence: Confidence,
) -> Ranking<'a> {
    for hit in by_words(catalog, question).hits {
        let known = |other: &Hit<'_>| {
            other.found.sort() == hit.found.sort() && other.found.id() == hit.found.id()
        };
        if !hits.iter().any(known) {
            hits.push(hit);
        }
    }
    if hits.len() < 3 {
        hits.extend(neighbours(&hits));
    }
    hits.truncate(MOST_HITS);
    Ranking::new(hits, confidence)
}

/// Entries beside the ones that were found, so that an answer never stands alone.
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

fn hit<'a>(scored: &Scored) -> Hit<'a> {
    Hit {
        found: scored.found.clone(),
        score: scored.score,
    }
}

/// Of a snippet and its mistakes only the best: three hits are three answers.
fn diverse(hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    let mut kept: Vec<Hit<'_>> = Vec::new();
    for hit in hits {
        let snippet = |found: &Found<'_>| match found {
            Found::Mistake(mistake) => mistake.snippet.to_owned(),
            found => found.id().to_owned(),
        };
        let again = kept.iter().any(|other| {
            snippet(&other.found) == snippet(&hit.found)
                && (other.found.sort() == Sort::Mistake || hit.found.sort() == Sort::Mistake)
        });
        if !again {
            kept.push(hit);
        }
        if kept.len() == MOST_HITS {
            break;
        }
    }
    kept
}

/// Ranks everything by its words, and says how far the best covers the question.
fn by_words<'a>(catalog: &'a Catalog, question: &str) -> Ranking<'a> {
    let query = Query::new(question);
    let ranked = rank::rank(&query);
    let confidence = confidence(&ranked, &query, question);
    let mut hits: Vec<Hit<'a>> = ranked.iter().map(hit).collect();
    let terms: Vec<&str> = query.slots.iter().map(|slot| slot.term.as_str()).collect();
    hits.extend(catalog.overlay().entries.iter().filter_map(|entry| {
        let score = team_score(entry, &terms);
        (score > 0.0).then_some(Hit {
            found: Found::Team(entry),
            score,
        })
    }));
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.found.id().cmp(b.found.id()))
    });
    let found_by_team = hits
        .first()
        .is_some_and(|hit| matches!(hit.found, Found::Team(_)));
    let confidence = if found_by_team {
        confidence.max(Confidence::Good)
    } else {
        confidence
    };
    Ranking::new(diverse(hits), confidence)
}

fn confidence(ranked: &[Scored], query: &Query, question: &str) -> Confidence {
    let Some(best) = ranked.first() else {
        return Confidence::None;
    };
    let covered = ranked.iter().take(3).map(|scored| scored.covered);
    let covered = covered.fold(0.0, f64::max);
    if query.named.is_empty() && names::is_elsewhere(question) && !query.has_rare_words() {
        return Confidence::None;
    }
    if names::is_api(question) && covered > 0.99 {
        return Confidence::Exact;
    }
    let is_sentence = question.split_whitespace().nth(1).is_some();
    let enough = if query.named.is_empty() && is_sentence && covered < WHOLE {
        GOOD_SCORE_UNNAMED
    } else {
        GOOD_SCORE
    };
    match () {
        () if covered >= GOOD && best.score >= enough => Confidence::Good,
        () if covered >= WEAK => Confidence::Weak,
        () => Confidence::None,
    }
}

/// A team's entry is found by its id, title, aliases and keywords.
fn team_score(entry: &Entry, terms: &[&str]) -> f64 {
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
    let hits = terms
        .iter()
        .filter(|term| own.iter().any(|own| own == *term));
    count(hits.count()) * 3.0
}
