//! A question as search sees it: slots, one for each word that counts, each with what else people call it.

use super::super::index::{PHRASES, Posting, SYNONYMS, WORDS};
use super::super::words;
use super::names;

/// More words than this are a paste; the first ones decide.
const MOST_TERMS: usize = 60;
/// A synonym and its alias have at most this many words.
const LONGEST_PHRASE: usize = 5;
/// A word is rare that so many entries have.
const FEW: usize = 4;
/// The weight, in hundredths, that a word has where it is a keyword or a name.
const TELLING: u16 = 200;
/// How far a word is trusted that was not asked for itself.
const SYNONYM: f64 = 0.6;
const TYPO: f64 = 0.7;

/// A word, or what stands for it.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) postings: &'static [Posting],
    pub(super) trust: f64,
}

/// A word of the question with all its readings; without any, the catalogue does not know the word.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) term: String,
    pub(super) readings: Vec<Reading>,
}

/// An entry whose alias stands in the question, and which slots it covers.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) entry: u16,
    pub(super) slots: std::ops::Range<usize>,
}

#[derive(Debug)]
pub(super) struct Query {
    pub(super) slots: Vec<Slot>,
    pub(super) named: Vec<Named>,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        let mut terms = words::terms(text);
        terms.truncate(MOST_TERMS);
        let mut slots: Vec<Slot> = terms.iter().map(|term| slot(term)).collect();
        let mut named = Vec::new();
        for start in 0..terms.len() {
            for end in start + 1..=(start + LONGEST_PHRASE).min(terms.len()) {
                let phrase = terms[start..end].join(" ");
                for synonym in meanings(&phrase) {
                    let Some(postings) = postings(synonym) else {
                        continue;
                    };
                    for slot in &mut slots[start..end] {
                        slot.readings.push(Reading {
                            postings,
                            trust: SYNONYM,
                        });
                    }
                }
                named.extend(entries(&phrase).map(|entry| Named {
                    entry,
                    slots: start..end,
                }));
            }
        }
        for slot in &mut slots {
            if slot.readings.is_empty() {
                slot.readings
                    .extend(near(&slot.term).map(|postings| Reading {
                        postings,
                        trust: TYPO,
                    }));
            }
        }
        let mut seen: Vec<String> = Vec::new();
        for slot in &mut slots {
            if seen.contains(&slot.term) {
                // Said twice, it counts once.
                slot.readings.clear();
                slot.term.clear();
            } else {
                seen.push(slot.term.clone());
            }
        }
        Self { slots, named }
    }

    /// Whether it has a word that few entries have, languages' names aside: another world's word for one of Tokio's things.
    pub(super) fn has_rare_words(&self) -> bool {
        let mut own = self.slots.iter().filter_map(|slot| {
            let reading = slot.readings.first()?;
            (reading.trust >= 1.0 && !names::is_language(&slot.term)).then_some(reading)
        });
        own.any(|reading| {
            let telling = reading
                .postings
                .iter()
                .any(|(_, weight)| *weight >= TELLING);
            reading.postings.len() <= FEW && telling
        })
    }
}

fn slot(term: &str) -> Slot {
    let own = postings(term).map(|postings| Reading {
        postings,
        trust: 1.0,
    });
    Slot {
        term: term.to_owned(),
        readings: own.into_iter().collect(),
    }
}

/// Where a word stands.
fn postings(term: &str) -> Option<&'static [Posting]> {
    let at = WORDS.binary_search_by(|(word, _)| (*word).cmp(term)).ok()?;
    Some(WORDS[at].1)
}

/// The nearest word that stands somewhere, for one that stands nowhere.
fn near(term: &str) -> Option<&'static [Posting]> {
    if term.len() < 5 || term.len() > 40 {
        return None;
    }
    WORDS
        .iter()
        .filter(|(word, _)| word.len().abs_diff(term.len()) <= 1)
        .find(|(word, _)| strsim::osa_distance(word, term) <= 1)
        .map(|(_, postings)| *postings)
}

/// What other worlds' words mean here.
fn meanings(phrase: &str) -> &'static [&'static str] {
    SYNONYMS
        .binary_search_by(|(known, _)| (*known).cmp(phrase))
        .map_or(&[], |at| SYNONYMS[at].1)
}

/// The entries that have the phrase as a name.
fn entries(phrase: &str) -> impl Iterator<Item = u16> {
    let first = PHRASES.partition_point(|(known, _)| *known < phrase);
    let phrase = phrase.to_owned();
    PHRASES[first..]
        .iter()
        .take_while(move |(known, _)| *known == phrase)
        .map(|(_, entry)| *entry)
}
