//! Errors that were pasted: the known mistakes whose messages they are, or the nearest.

use super::super::index::Mistake;
use super::super::lookup::{Found, Sort};
use super::paste::{self, Block};
use super::query::Query;
use super::rank::{self, Scored};
use super::{Confidence, Hit, NAMED, Ranking, count, diverse, hit, messages, neighbours};

/// Several errors of one paste are answered, so many.
const MOST_ERRORS: usize = 3;

/// The errors of a paste, each by its message; the nearest where none is known.
pub(super) fn pasted<'a>(blocks: &[Block]) -> Ranking<'a> {
    let whole: String = blocks.iter().map(|block| block.text.as_str()).collect();
    let is_async = paste::is_async(&whole);
    let mut first: Vec<(&'static Mistake, String)> = Vec::new();
    let mut others: Vec<&'static Mistake> = Vec::new();
    for block in blocks {
        let mut known = known(&block.text);
        if known.is_empty() {
            known = messages::nearly_in(&block.text);
        }
        // What rustc says of ordinary code is not ours, even if it says the same of asynchronous code.
        known.retain(|mistake| is_async || !matches!(mistake.fails, "compile" | "lint"));
        let mut known = known.into_iter();
        if let Some(best) = known.next()
            && first.iter().all(|(old, _)| old.id != best.id)
        {
            first.push((best, first_line(&block.text)));
        }
        others.extend(known);
    }
    if first.is_empty() {
        return nearest_error(blocks, is_async);
    }
    first.truncate(MOST_ERRORS);
    let mut hits: Vec<Hit<'a>> = Vec::new();
    for mistake in first.iter().map(|(mistake, _)| *mistake).chain(others) {
        if hits.iter().all(|hit| hit.found.id() != mistake.id) {
            hits.push(named(mistake));
        }
    }
    hits.extend(neighbours(&hits));
    let mut ranking = Ranking::new(hits, Confidence::Exact);
    if first.len() > 1 {
        ranking.parts = first.into_iter().map(|(_, line)| line).collect();
    }
    ranking
}

pub(super) const fn named<'a>(mistake: &'static Mistake) -> Hit<'a> {
    Hit {
        found: Found::Mistake(mistake),
        score: NAMED,
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(100).collect()
}

/// The nearest known errors, by rustc's code and by words; sure of nothing.
fn nearest_error<'a>(blocks: &[Block], is_async: bool) -> Ranking<'a> {
    let Some(block) = blocks.first() else {
        return Ranking::new(Vec::new(), Confidence::None);
    };
    let ranked = rank::rank(&Query::new(&block.text));
    let of_code = |scored: &&Scored| match &scored.found {
        Found::Mistake(mistake) => block.code.is_some() && mistake.code == block.code.as_deref(),
        _ => false,
    };
    let mut hits: Vec<Hit<'a>> = ranked.iter().filter(of_code).map(hit).collect();
    let near = is_async && !hits.is_empty();
    hits.extend(ranked.iter().filter(|scored| !of_code(scored)).map(hit));
    let hits = diverse(hits);
    let confidence = match () {
        () if hits.is_empty() => Confidence::None,
        () if near => Confidence::Weak,
        () if is_async || block.panicked => Confidence::Weak,
        () => Confidence::None,
    };
    let mut ranking = Ranking::new(hits, confidence);
    ranking.near = near;
    ranking
}

/// The known mistakes whose messages stand in the text; first the one whose other words do too.
pub(super) fn known(text: &str) -> Vec<&'static Mistake> {
    let known = messages::known_in(text);
    if known.len() < 2 {
        return known.into_iter().map(|(mistake, _)| mistake).collect();
    }
    let ranked = rank::rank(&Query::new(text));
    let score = |mistake: &Mistake| {
        let mut own = ranked.iter();
        own.find(|scored| scored.found.sort() == Sort::Mistake && scored.found.id() == mistake.id)
            .map_or(0.0, |scored| scored.score)
    };
    let mut known: Vec<_> = known
        .into_iter()
        .map(|(mistake, length)| (score(mistake) + WORD * count(length), mistake))
        .collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(b.1.id)));
    known.into_iter().map(|(_, mistake)| mistake).collect()
}

/// What each word of a message is worth that stands in the text, beside the score of all words.
const WORD: f64 = 3.0;
