//! Entries ranked by words: BM25 over weighted fields (the weights are in `build/generate.rs`), names that stand in
//! the question, and what an entry's surroundings say of it.

use std::collections::BTreeMap;

use super::super::index::{MISTAKES, SNIPPETS, TEMPLATES, TOPICS};
use super::super::lookup::Found;
use super::query::Query;

/// An entry whose alias stands in the question gains its words' rarity this many times.
const NAMED: f64 = 1.6;
/// What a snippet gains of its topics' own scores, and of its mistakes'.
const OF_HOME: f64 = 0.25;
const OF_ALSO: f64 = 0.12;
const OF_MISTAKES: f64 = 0.3;
/// What a topic gains of its best snippet's score.
const OF_SNIPPETS: f64 = 0.35;
/// A topic's page is long and general.
const TOPIC: f64 = 0.85;
/// A mistake is the answer to a symptom, a snippet to everything.
const MISTAKE: f64 = 0.8;
/// From this weight on, in hundredths, a word counts as covered: it stands where it says something.
const COVERED: f64 = 3.0;

/// What the words say of one entry.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    pub(super) found: Found<'static>,
    pub(super) score: f64,
    /// The share of what was asked, by rarity, that the entry has: 0 to 1.
    pub(super) covered: f64,
}

pub(super) const fn entries() -> usize {
    TOPICS.len() + SNIPPETS.len() + MISTAKES.len() + TEMPLATES.len()
}

/// Ranks everything by its words, the best first.
pub(super) fn rank(query: &Query) -> Vec<Scored> {
    let mut own = vec![0.0; entries()];
    let mut covered = vec![0.0; entries()];
    let mut asked = 0.0;
    for slot in &query.slots {
        if slot.term.is_empty() {
            continue;
        }
        let mut best: BTreeMap<u16, (f64, f64)> = BTreeMap::new();
        for reading in &slot.readings {
            let rarity = rarity(reading.postings.len());
            for (entry, weight) in reading.postings {
                let share = f64::from(*weight) / 100.0;
                let (score, cover) = best.entry(*entry).or_default();
                *score = score.max(rarity * share * reading.trust);
                *cover = cover.max(reading.trust.sqrt() * (share / COVERED).min(1.0));
            }
        }
        let rarest = slot
            .readings
            .iter()
            .map(|reading| rarity(reading.postings.len()));
        let worth = rarest.fold(0.0, f64::max);
        let worth = if slot.readings.is_empty() {
            rarity(0)
        } else {
            worth
        };
        asked += worth;
        for (entry, (score, cover)) in best {
            own[usize::from(entry)] += score;
            covered[usize::from(entry)] += worth * cover;
        }
    }
    for named in &query.named {
        let slots = query.slots[named.slots.clone()].iter();
        let rarest = slots.map(|slot| {
            let own = slot.readings.first();
            own.map_or(0.0, |reading| rarity(reading.postings.len()))
        });
        let entry = usize::from(named.entry);
        own[entry] += NAMED * rarest.sum::<f64>();
    }
    let mut ranked: Vec<Scored> = (0..entries())
        .filter_map(|place| {
            let score = in_context(place, &own);
            let found = entry_at(place)?;
            let share = if asked > 0.0 {
                covered[place] / asked
            } else {
                0.0
            };
            (own[place] > 0.0).then_some(Scored {
                found,
                score,
                covered: share,
            })
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.found.id().cmp(b.found.id()))
    });
    ranked
}

/// An entry's own score and what its surroundings add.
fn in_context(place: usize, own: &[f64]) -> f64 {
    let mut at = place;
    if let Some(topic) = TOPICS.get(at) {
        let snippets = SNIPPETS.iter().enumerate();
        let home = snippets.filter(|(_, snippet)| snippet.topics.first() == Some(&topic.id));
        let best = home
            .map(|(index, _)| own[TOPICS.len() + index])
            .fold(0.0, f64::max);
        return TOPIC * own[place] + OF_SNIPPETS * best;
    }
    at -= TOPICS.len();
    if let Some(snippet) = SNIPPETS.get(at) {
        let topic = |id: &str| {
            let at = TOPICS.iter().position(|topic| topic.id == id);
            at.map_or(0.0, |at| own[at])
        };
        let home = snippet.topics.first().map_or(0.0, |id| topic(id));
        let also: f64 = snippet.topics.iter().skip(1).map(|id| topic(id)).sum();
        let first = TOPICS.len() + SNIPPETS.len();
        let mistakes = MISTAKES.iter().enumerate();
        let best = mistakes
            .filter(|(_, mistake)| mistake.snippet == snippet.id)
            .map(|(index, _)| own[first + index])
            .fold(0.0, f64::max);
        return own[place] + OF_HOME * home + OF_ALSO * also + OF_MISTAKES * best;
    }
    at -= SNIPPETS.len();
    if MISTAKES.get(at).is_some() {
        return MISTAKE * own[place];
    }
    own[place]
}

/// BM25's idf: what a word tells by being rare. A word that nothing has is the rarest of all.
pub(super) fn rarity(having: usize) -> f64 {
    let number = |count: usize| f64::from(u16::try_from(count).unwrap_or(u16::MAX));
    let (entries, having) = (number(entries()), number(having));
    (1.0 + (entries - having + 0.5) / (having + 0.5)).ln()
}

/// The entry at a place of the four lists laid end to end.
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

/// Whether this is the entry at that place.
pub(super) fn is_at(found: &Found<'_>, place: usize) -> bool {
    entry_at(place).is_some_and(|at| at.sort() == found.sort() && at.id() == found.id())
}
