//! Messages of known mistakes in a text.

use super::super::index::{MISTAKES, Mistake};
use super::super::words;

/// In longer texts, words that a terminal broke in two are not looked for.
const BROKEN_IN: usize = 16 * 1024;
/// A wording shorter than this, blanks aside, would be found by chance where no blanks are.
const SHORTEST_WITHOUT_BLANKS: usize = 16;

/// Nearly a message: this share of its pairs of neighbouring words, of at least so many.
const NEARLY: f64 = 0.75;
const FEWEST_PAIRS: u16 = 4;

/// What stands in a wording for anything.
const GAP: &str = " * ";

/// Known mistakes whose message stands in the text, with the number of words of the longest wording that does.
pub(super) fn known_in(text: &str) -> Vec<(&'static Mistake, usize)> {
    let flat = words::flat(text);
    let there = sorted(flat.split(' '));
    let squashed = (text.len() <= BROKEN_IN && text.contains('\n')).then(|| squashed(&flat));
    let fits = |wording: &str| wording.len() <= flat.len() + GAP.len() * gaps(wording);
    let stands = |wording: &str| {
        let mut needed = wording.split(' ').filter(|word| *word != "*");
        (fits(wording)
            && needed.all(|word| there.binary_search(&word).is_ok())
            && contains(&flat, wording))
            || squashed
                .as_deref()
                .is_some_and(|text| contains_squashed(text, wording))
    };
    let longest = |mistake: &Mistake| {
        let said = mistake.wordings.iter().filter(|wording| stands(wording));
        said.map(|wording| wording.split(' ').count()).max()
    };
    MISTAKES
        .iter()
        .filter_map(|mistake| Some((mistake, longest(mistake)?)))
        .collect()
}

/// Mistakes of whose message the text has nearly everything: cut short, or worded a little otherwise in another version.
/// The nearest first.
pub(super) fn nearly_in(text: &str) -> Vec<&'static Mistake> {
    let flat = words::flat(text);
    let words: Vec<&str> = flat.split(' ').collect();
    let there = sorted(words.windows(2).map(|pair| (pair[0], pair[1])));
    if there.len() < usize::from(FEWEST_PAIRS) * 3 / 4 {
        return Vec::new();
    }
    let share = |wording: &str| {
        // Most have more pairs than a short text could share with them.
        let pairs = wording.bytes().filter(|byte| *byte == b' ').count();
        if pairs > there.len() * 4 / 3 + 2 * gaps(wording) {
            return None;
        }
        let (mut all, mut found) = (0_u16, 0_u16);
        let mut words = wording.split(' ');
        let mut last = words.next().unwrap_or("*");
        for word in words {
            if word != "*" && last != "*" {
                all += 1;
                found += u16::from(there.binary_search(&(last, word)).is_ok());
            }
            last = word;
        }
        let share = f64::from(found) / f64::from(all.max(1));
        (all >= FEWEST_PAIRS && share >= NEARLY).then_some(share)
    };
    let mut found: Vec<_> = MISTAKES
        .iter()
        .filter_map(|mistake| {
            let shares = mistake.wordings.iter().filter_map(|wording| share(wording));
            Some((shares.reduce(f64::max)?, mistake))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(b.1.id)));
    found.into_iter().map(|(_, mistake)| mistake).collect()
}

/// Places that stand for anything.
fn gaps(wording: &str) -> usize {
    wording.bytes().filter(|byte| *byte == b'*').count()
}

/// A set that a short text fills and searches faster than a hashed one.
fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

fn squashed(flat: &str) -> String {
    flat.chars().filter(|c| *c != ' ').collect()
}

/// Whether the parts of a wording (` * ` between them stands for anything) follow each other in the text, whole words.
fn contains(text: &str, wording: &str) -> bool {
    let mut rest = text;
    for part in wording.split(GAP) {
        let Some(at) = find_whole(rest, part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

fn contains_squashed(text: &str, wording: &str) -> bool {
    let mut rest = text;
    for part in wording.split(GAP).map(squashed) {
        if part.len() < SHORTEST_WITHOUT_BLANKS {
            return false;
        }
        let Some(at) = rest.find(&part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

fn find_whole(text: &str, part: &str) -> Option<usize> {
    let is_edge = |neighbour: Option<char>| neighbour.is_none_or(|c| c == ' ');
    text.match_indices(part).map(|(at, _)| at).find(|at| {
        is_edge(text[..*at].chars().next_back()) && is_edge(text[at + part.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_is_found_as_whole_words() {
        assert!(contains(
            "thread main panicked there is no reactor running",
            "there is no reactor running"
        ));
        assert!(contains(
            "cannot find main in tokio 1",
            "cannot find * in tokio"
        ));
        assert!(!contains(
            "cannot find main in tokio1",
            "cannot find * in tokio"
        ));
    }

    #[test]
    fn a_wording_that_a_terminal_broke_is_found() {
        let found = known_in(
            "there is no reactor runn\ning, must be called from the cont\next of a Tokio 1.x runtime",
        );
        assert!(
            found
                .iter()
                .any(|(mistake, _)| mistake.id.starts_with("runtime-handle/"))
        );
    }
}
