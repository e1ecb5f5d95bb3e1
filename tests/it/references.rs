//! Names: unique, of one form, and every one that an entry gives leads somewhere.

use std::collections::BTreeSet;

use tokio_cmd::catalog::{index, lookup};

use crate::content::{Complaints, snippets, templates, text_of};

fn is_id(id: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    id.split('-').all(word)
}

#[test]
fn every_id_is_unique_and_of_one_form() {
    let mut broken = Complaints::default();
    // A bare name finds one entry: a snippet hides a topic of its name, and a topic a template.
    let mut seen = BTreeSet::new();
    let topics = index::TOPICS.iter().map(|topic| topic.id);
    let snippets = index::SNIPPETS.iter().map(|snippet| snippet.id);
    let templates = index::TEMPLATES.iter().map(|template| template.id);
    for id in topics.chain(snippets).chain(templates) {
        broken.unless(seen.insert(id), || format!("`{id}` is taken twice"));
        broken.unless(is_id(id), || format!("`{id}` is no id"));
    }
    for mistake in index::MISTAKES {
        broken.unless(seen.insert(mistake.id), || {
            format!("`{}` is taken twice", mistake.id)
        });
        let halves: Vec<_> = mistake.id.split('/').collect();
        let good =
            matches!(halves[..], [snippet, stem] if snippet == mistake.snippet && is_id(stem));
        broken.unless(good, || format!("`{}` is no mistake's id", mistake.id));
    }
    broken.must_be_none("ids are unique, lower-case words with hyphens");
}

/// `add` puts a module under its file's name: two of one name could not stand in one crate.
#[test]
fn every_module_has_a_file_name_of_its_own() {
    let mut broken = Complaints::default();
    let mut seen = BTreeSet::new();
    for entry in snippets() {
        if let Some((file, _)) = entry.module() {
            broken.unless(seen.insert(file.to_owned()), || {
                format!("{}: `{file}` is another's", entry.id)
            });
        }
    }
    broken.must_be_none("every module has a file name of its own");
}

#[test]
fn also_see_also_and_lead_lead_somewhere() {
    let mut broken = Complaints::default();
    for entry in snippets() {
        let id = &entry.id;
        for topic in &entry.topics {
            broken.unless(lookup::topic(topic).is_some(), || {
                format!("{id}: no topic `{topic}`")
            });
        }
        let distinct: BTreeSet<_> = entry.topics.iter().collect();
        broken.unless(
            distinct.len() == entry.topics.len() && entry.topics.len() <= 3,
            || format!("{id}: its topics are {:?}", entry.topics),
        );
        for other in &entry.manifest.see_also {
            broken.unless(other != id && lookup::snippet(other).is_some(), || {
                format!("{id}: see-also `{other}`")
            });
        }
        for mistake in &entry.manifest.mistake {
            let full = format!("{id}/{}", mistake.stem());
            broken.unless(lookup::mistake(&full).is_some(), || {
                format!("{full} is not in the index")
            });
        }
    }
    for topic in index::TOPICS {
        let lead = lookup::snippet(topic.lead);
        broken.unless(
            lead.is_some_and(|lead| lead.topics.contains(&topic.id)),
            || {
                format!(
                    "{}: its lead `{}` is no snippet of it",
                    topic.id, topic.lead
                )
            },
        );
    }
    for template in templates() {
        for (path, id) in &template.manifest.snippets {
            let module = lookup::snippet(id).and_then(|snippet| snippet.module);
            broken.unless(
                module.is_some_and(|module| path.rsplit('/').next() == Some(module)),
                || format!("{}: {path} is no module of `{id}`", template.id),
            );
        }
    }
    broken.must_be_none("every reference leads somewhere");
}

/// A page is how its topic is read: a snippet that it does not name is found by a search alone.
#[test]
fn every_topic_page_names_all_of_its_snippets() {
    let mut broken = Complaints::default();
    for entry in snippets() {
        let home = &entry.topics[0];
        let page = text_of(&format!("snippets/{home}/README.md"));
        broken.unless(page.contains(&format!("`{}`", entry.id)), || {
            format!("{home}: its page does not name `{}`", entry.id)
        });
    }
    broken.must_be_none("every topic page names all of its snippets");
}

/// An alias that two entries have, or that is an entry's id, finds the wrong one for somebody.
#[test]
fn every_alias_finds_its_own_entry() {
    let catalog = tokio_cmd::catalog::Catalog::new(std::env::temp_dir());
    let snippets = index::SNIPPETS.iter().map(|s| (s.id, s.aliases));
    let topics = index::TOPICS.iter().map(|t| (t.id, t.aliases));
    let templates = index::TEMPLATES.iter().map(|t| (t.id, t.aliases));
    let mut broken = Complaints::default();
    for (id, aliases) in snippets.chain(topics).chain(templates) {
        for alias in aliases {
            let found = catalog.named(alias);
            let found: Vec<_> = found.iter().map(lookup::Found::id).collect();
            broken.unless(found == [id], || format!("{id}: `{alias}` finds {found:?}"));
        }
    }
    broken.must_be_none("an alias finds the one entry that has it");
}
