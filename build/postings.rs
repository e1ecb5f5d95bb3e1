//! The words of the index: which entry has which word, and what it says there. BM25 over weighted fields: a field's
//! occurrences are weighed by the field and by its length, summed over the fields, and then saturated.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::catalog::words;

/// A place where words stand, with what they weigh there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    Alias,
    Title,
    Keyword,
    Text,
    /// A mistake's messages, where they are a snippet's.
    Symptom,
    Code,
}

impl Field {
    const fn weight(self) -> f64 {
        match self {
            Self::Name => 8.0,
            Self::Alias => 6.0,
            Self::Title => 5.0,
            Self::Keyword => 4.0,
            Self::Text => 2.0,
            Self::Symptom => 1.5,
            Self::Code => 1.0,
        }
    }

    /// How much a longer field says less with each of its words: BM25's b. A list of names is no text.
    const fn by_length(self) -> f64 {
        match self {
            Self::Name | Self::Title => 0.2,
            Self::Alias | Self::Keyword => 0.3,
            Self::Text | Self::Symptom | Self::Code => 0.7,
        }
    }
}

/// How soon repetition stops to count: BM25's k1.
const SATURATION: f64 = 6.0;

#[derive(Default)]
pub struct Postings {
    fields: BTreeMap<(Field, u16), Vec<String>>,
    names: BTreeSet<(String, u16)>,
    entries: u16,
}

impl Postings {
    /// The place of the next entry.
    pub fn entry(&mut self) -> u16 {
        self.entries += 1;
        self.entries - 1
    }

    pub fn add(&mut self, entry: u16, field: Field, text: &str) {
        let terms = words::terms(text);
        self.fields.entry((field, entry)).or_default().extend(terms);
    }

    pub fn add_all<'a>(
        &mut self,
        entry: u16,
        field: Field,
        texts: impl IntoIterator<Item = &'a String>,
    ) {
        for text in texts {
            self.add(entry, field, text);
        }
    }

    /// Names that stand for the entry wherever they are said as a whole.
    pub fn name<'a>(&mut self, entry: u16, names: impl IntoIterator<Item = &'a String>) {
        for name in names {
            let phrase = words::terms(name).join(" ");
            if !phrase.is_empty() {
                self.names.insert((phrase, entry));
            }
        }
    }

    pub fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "pub static WORDS: &[(&str, &[Posting])] = &[")?;
        for (word, entries) in self.weights() {
            write!(out, "({word:?}, &[")?;
            for (entry, sum) in entries {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "at most 100 times k1 + 1"
                )]
                let weight = (100.0 * sum * (SATURATION + 1.0) / (sum + SATURATION)) as u16;
                write!(out, "({entry}, {}), ", weight.max(1))?;
            }
            writeln!(out, "]),")?;
        }
        writeln!(out, "];\npub static PHRASES: &[Phrase] = &[")?;
        for (phrase, entry) in &self.names {
            writeln!(out, "({phrase:?}, {entry}),")?;
        }
        writeln!(out, "];")
    }

    /// Word -> entry -> the sum over the entry's fields.
    fn weights(&self) -> BTreeMap<&str, BTreeMap<u16, f64>> {
        let mut weights: BTreeMap<&str, BTreeMap<u16, f64>> = BTreeMap::new();
        for ((field, entry), terms) in &self.fields {
            let usual = self.usual_length(*field);
            let length = 1.0 + field.by_length() * (count(terms.len()) / usual - 1.0);
            for term in terms {
                let of_word = weights.entry(term).or_default();
                *of_word.entry(*entry).or_default() += field.weight() / length;
            }
        }
        weights
    }

    fn usual_length(&self, field: Field) -> f64 {
        let of_field = self.fields.iter().filter(|((other, _), _)| *other == field);
        let lengths: Vec<_> = of_field.map(|(_, terms)| count(terms.len())).collect();
        (lengths.iter().sum::<f64>() / count(lengths.len())).max(1.0)
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
