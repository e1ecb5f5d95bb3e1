//! Writes the index as Rust: static lists that cost nothing at start.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::catalog::manifest::{MistakeManifest, Platform};
use crate::catalog::words;
use crate::content::{Content, Snippet};
use crate::postings::{Field, Postings};

pub fn index(content: &Content) -> String {
    let mut out = String::from("// Written by build.rs.\n");
    let mut postings = Postings::default();
    let write = &mut out;
    write_topics(write, content, &mut postings).expect("a string takes everything");
    write_snippets(write, content, &mut postings).expect("a string takes everything");
    write_mistakes(write, content, &mut postings).expect("a string takes everything");
    write_templates(write, content, &mut postings).expect("a string takes everything");
    postings.write(write).expect("a string takes everything");
    write_synonyms(write, content).expect("a string takes everything");
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
        postings.add(entry, Field::Name, &topic.id);
        postings.add(entry, Field::Title, &manifest.title);
        postings.add_all(entry, Field::Alias, &manifest.aliases);
        postings.add_all(entry, Field::Keyword, &manifest.keywords);
        postings.add(entry, Field::Code, &topic.page);
        postings.name(entry, &manifest.aliases);
        postings.name(entry, [&topic.id, &manifest.title]);
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
        postings.add(entry, Field::Name, &snippet.id);
        postings.add(entry, Field::Title, &snippet.head.title);
        postings.add_all(entry, Field::Alias, &manifest.aliases);
        postings.add_all(entry, Field::Keyword, &manifest.keywords);
        postings.add(entry, Field::Text, &snippet.head.text);
        postings.add_all(
            entry,
            Field::Text,
            snippet.mistakes.iter().map(|mistake| &mistake.title),
        );
        for mistake in &manifest.mistake {
            postings.add(entry, Field::Symptom, &mistake.message);
            postings.add_all(entry, Field::Symptom, &mistake.other_wordings);
        }
        postings.add(entry, Field::Code, &snippet.code);
        postings.name(entry, &manifest.aliases);
        postings.name(entry, [&snippet.id]);
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
        let texts = snippet.mistakes.iter();
        snippet
            .manifest
            .mistake
            .iter()
            .zip(texts)
            .map(move |(mistake, text)| (snippet, mistake, text))
    });
    for (snippet, mistake, text) in all {
        let title = &text.title;
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
            "Mistake {{ id: {:?}, snippet: {:?}, title: {title:?}, fails: {:?}, code: {:?}, wordings: &{wordings:?} }},",
            format!("{}/{}", snippet.id, mistake.stem()),
            snippet.id,
            mistake.fails.name(),
            mistake.code,
        )?;
        let entry = postings.entry();
        postings.add(entry, Field::Name, mistake.stem());
        postings.add(entry, Field::Title, title);
        postings.add(entry, Field::Keyword, &mistake.message);
        postings.add_all(entry, Field::Keyword, &mistake.other_wordings);
        postings.add(entry, Field::Text, &mistake.why);
        postings.add(entry, Field::Code, &text.code);
        postings.add_all(
            entry,
            Field::Keyword,
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
        postings.add(entry, Field::Name, &template.id);
        postings.add(entry, Field::Title, &manifest.summary);
        postings.add_all(entry, Field::Alias, &manifest.aliases);
        postings.add_all(entry, Field::Keyword, &manifest.keywords);
        postings.name(entry, &manifest.aliases);
    }
    writeln!(out, "];")
}

fn write_synonyms(out: &mut String, content: &Content) -> std::fmt::Result {
    let mut meanings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (said, meant) in &content.synonyms {
        let phrase = words::terms(said).join(" ");
        let terms = meant.iter().flat_map(|text| words::terms(text));
        meanings.entry(phrase).or_default().extend(terms);
    }
    writeln!(out, "pub static SYNONYMS: &[Synonym] = &[")?;
    for (phrase, terms) in meanings {
        writeln!(
            out,
            "({phrase:?}, &{:?}),",
            terms.iter().collect::<Vec<_>>()
        )?;
    }
    writeln!(out, "];")
}
