//! Writes the index as Rust: static lists that cost nothing at start.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::catalog::manifest::{MistakeManifest, Platform};
use crate::catalog::words;
use crate::content::{Content, Snippet};

/// What a word weighs by the place where it stands.
const NAME: f64 = 8.0;
const ALIAS: f64 = 6.0;
const TITLE: f64 = 5.0;
const KEYWORD: f64 = 4.0;
const TEXT: f64 = 2.0;
const CODE: f64 = 1.0;
/// How soon repetition stops to count: BM25's k1.
const SATURATION: f64 = 6.0;

pub fn index(content: &Content) -> String {
    let mut out = String::from("// Written by build.rs.\n");
    let mut postings = Postings::default();
    let write = &mut out;
    write_topics(write, content, &mut postings).expect("a string takes everything");
    write_snippets(write, content, &mut postings).expect("a string takes everything");
    write_mistakes(write, content, &mut postings).expect("a string takes everything");
    write_templates(write, content, &mut postings).expect("a string takes everything");
    postings.write(write).expect("a string takes everything");
    out
}

fn write_topics(out: &mut String, content: &Content, postings: &mut Postings) -> std::fmt::Result {
    writeln!(out, "pub static TOPICS: &[Topic] = &[")?;
    for topic in &content.topics {
        let manifest = &topic.manifest;
        writeln!(
            out,
            "Topic {{ id: {:?}, title: {:?}, lead: {:?}, aliases: &{:?} }},",
            topic.id, manifest.title, manifest.lead, manifest.aliases
        )?;
        let entry = postings.entry();
        postings.add(entry, NAME, &topic.id);
        postings.add(entry, TITLE, &manifest.title);
        postings.add_all(entry, ALIAS, &manifest.aliases);
        postings.add_all(entry, KEYWORD, &manifest.keywords);
        postings.add(entry, CODE, &topic.page);
    }
    writeln!(out, "];")
}

fn write_snippets(
    out: &mut String,
    content: &Content,
    postings: &mut Postings,
) -> std::fmt::Result {
    writeln!(out, "pub static SNIPPETS: &[Snippet] = &[")?;
    for snippet in &content.snippets {
        let manifest = &snippet.manifest;
        let mut topics = vec![snippet.topic.clone()];
        topics.extend(manifest.also.iter().cloned());
        let mistakes: Vec<_> = manifest.mistake.iter().map(MistakeManifest::stem).collect();
        writeln!(
            out,
            "Snippet {{ id: {:?}, topics: &{topics:?}, title: {:?}, aliases: &{:?}, module: {:?}, family: {:?}, \
             unix_only: {}, see_also: &{:?}, mistakes: &{mistakes:?} }},",
            snippet.id,
            snippet.head.title,
            manifest.aliases,
            snippet.module,
            snippet.family,
            manifest.platform == Some(Platform::Unix),
            manifest.see_also,
        )?;
        let entry = postings.entry();
        postings.add(entry, NAME, &snippet.id);
        postings.add(entry, TITLE, &snippet.head.title);
        postings.add_all(entry, ALIAS, &manifest.aliases);
        postings.add_all(entry, KEYWORD, &manifest.keywords);
        postings.add(entry, TEXT, &snippet.head.text);
        postings.add_all(entry, TEXT, &snippet.mistake_titles);
        postings.add(entry, CODE, &snippet.code);
    }
    writeln!(out, "];")
}

fn write_mistakes(
    out: &mut String,
    content: &Content,
    postings: &mut Postings,
) -> std::fmt::Result {
    writeln!(out, "pub static MISTAKES: &[Mistake] = &[")?;
    let all = content.snippets.iter().flat_map(|snippet: &Snippet| {
        let titles = snippet.mistake_titles.iter();
        snippet
            .manifest
            .mistake
            .iter()
            .zip(titles)
            .map(move |(mistake, title)| (snippet, mistake, title))
    });
    for (snippet, mistake, title) in all {
        let wordings: Vec<_> = std::iter::once(&mistake.message)
            .chain(&mistake.other_wordings)
            .map(|wording| {
                let parts: Vec<_> = wording.split("[..]").map(words::flat).collect();
                parts.join(" * ").trim_matches([' ', '*']).to_owned()
            })
            .filter(|wording| !wording.is_empty())
            .collect();
        writeln!(
            out,
            "Mistake {{ id: {:?}, snippet: {:?}, title: {title:?}, fails: {:?}, wordings: &{wordings:?} }},",
            format!("{}/{}", snippet.id, mistake.stem()),
            snippet.id,
            mistake.fails.name(),
        )?;
        let entry = postings.entry();
        postings.add(entry, NAME, mistake.stem());
        postings.add(entry, TITLE, title);
        postings.add(entry, KEYWORD, &mistake.message);
        postings.add_all(entry, KEYWORD, &mistake.other_wordings);
        postings.add(entry, TEXT, &mistake.why);
        postings.add_all(
            entry,
            KEYWORD,
            &mistake.code.iter().cloned().collect::<Vec<_>>(),
        );
    }
    writeln!(out, "];")
}

fn write_templates(
    out: &mut String,
    content: &Content,
    postings: &mut Postings,
) -> std::fmt::Result {
    writeln!(out, "pub static TEMPLATES: &[Template] = &[")?;
    for template in &content.templates {
        let manifest = &template.manifest;
        writeln!(
            out,
            "Template {{ id: {:?}, title: {:?}, aliases: &{:?} }},",
            template.id, manifest.summary, manifest.aliases
        )?;
        let entry = postings.entry();
        postings.add(entry, NAME, &template.id);
        postings.add(entry, TITLE, &manifest.summary);
        postings.add_all(entry, ALIAS, &manifest.aliases);
        postings.add_all(entry, KEYWORD, &manifest.keywords);
    }
    writeln!(out, "];")
}

/// Word -> entry -> what it adds up to there.
#[derive(Default)]
struct Postings {
    words: BTreeMap<String, BTreeMap<u16, f64>>,
    entries: u16,
}

impl Postings {
    fn entry(&mut self) -> u16 {
        self.entries += 1;
        self.entries - 1
    }

    fn add(&mut self, entry: u16, weight: f64, text: &str) {
        let terms = words::terms(text);
        // A long text says less with each of its words.
        let length =
            (1.0 + f64::from(u32::try_from(terms.len()).unwrap_or(u32::MAX)) / 60.0).sqrt();
        for term in terms {
            *self
                .words
                .entry(term)
                .or_default()
                .entry(entry)
                .or_default() += weight / length;
        }
    }

    fn add_all(&mut self, entry: u16, weight: f64, texts: &[String]) {
        for text in texts {
            self.add(entry, weight, text);
        }
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "pub static WORDS: &[(&str, &[Posting])] = &[")?;
        for (word, entries) in &self.words {
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
        writeln!(out, "];")
    }
}
