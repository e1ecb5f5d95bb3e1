//! The binary holds the very files that lie in the repository, and nothing lies there that no entry has.

use std::collections::{BTreeMap, BTreeSet};

use tokio_cmd::catalog::{embed, index};

use crate::content::{Complaints, files_below, snippets, text_of};

#[test]
fn every_embedded_file_is_the_one_on_the_disk() {
    let mut broken = Complaints::default();
    for (folder, embedded) in [
        ("snippets", embed::snippet_file as fn(&str) -> _),
        ("templates", embed::template_file),
    ] {
        for (path, _) in files_below(folder) {
            let full = format!("{folder}/{path}");
            broken.unless(embedded(&path) == Some(text_of(&full).as_str()), || {
                format!("{full} is not what the binary holds: build it again")
            });
        }
    }
    for (full, _) in all_embedded() {
        broken.unless(crate::content::repository().join(&full).is_file(), || {
            format!("{full} is embedded and no longer on the disk: build it again")
        });
    }
    broken.must_be_none("what is embedded is what is on the disk");
}

/// Everything below the folders that hold content.
fn all_embedded() -> BTreeMap<String, &'static str> {
    let topics = index::TOPICS.iter().map(|topic| topic.id);
    let snippets = topics.chain(["families"]).flat_map(|folder| {
        let files = embed::snippet_folder(folder).into_iter();
        files.map(move |(path, text)| (format!("snippets/{folder}/{path}"), text))
    });
    let templates = ["agents", "pages", "projects"]
        .into_iter()
        .flat_map(|folder| {
            let files = embed::template_folder(folder).into_iter();
            files.map(move |(path, text)| (format!("templates/{folder}/{path}"), text))
        });
    snippets.chain(templates).collect()
}

#[test]
fn no_file_is_there_that_no_entry_has() {
    let mut allowed: BTreeSet<String> = ["README.md", "synonyms.toml", "workspace.toml"]
        .map(str::to_owned)
        .into();
    for family in tokio_cmd::catalog::entry::workspace()
        .unwrap()
        .families
        .keys()
    {
        allowed.insert(format!("families/{family}/Cargo.lock"));
    }
    for topic in index::TOPICS {
        allowed.extend(["topic.toml", "README.md"].map(|file| format!("{}/{file}", topic.id)));
    }
    for entry in snippets() {
        let folder = format!("{}/{}", entry.topics[0], entry.name());
        let own = ["snippet.toml", "main.rs", "stdout.txt", "proof.toml"];
        allowed.extend(own.map(|file| format!("{folder}/{file}")));
        allowed.extend(entry.module().map(|(file, _)| format!("{folder}/{file}")));
        let mistakes = entry.manifest.mistake.iter();
        allowed.extend(mistakes.map(|mistake| format!("{folder}/mistakes/{}", mistake.file)));
    }
    let mut broken = Complaints::default();
    for (path, _) in files_below("snippets") {
        broken.unless(allowed.contains(&path), || format!("snippets/{path}"));
    }
    let own_folders = ["agents/", "pages/", "projects/"];
    for (path, _) in files_below("templates") {
        let known = path == "README.md" || own_folders.iter().any(|own| path.starts_with(own));
        broken.unless(known, || format!("templates/{path}"));
    }
    broken.must_be_none("every file belongs to an entry");
}

/// Cargo leaves a folder with a `Cargo.toml` out of a package, and what a `.gitignore` there names.
#[test]
fn nothing_in_the_content_would_be_left_out_of_the_package() {
    let mut broken = Complaints::default();
    for folder in ["snippets", "templates"] {
        for (path, full) in files_below(folder) {
            let name = path.rsplit('/').next().unwrap();
            let hidden = path.split('/').any(|part| part.starts_with('.'));
            broken.unless(name != "Cargo.toml" && !hidden, || {
                format!("{folder}/{path}")
            });
            // A link is packaged as what it leads to, and embedded as nothing.
            broken.unless(!full.is_symlink(), || format!("{folder}/{path} is a link"));
        }
    }
    broken.must_be_none("no file is called Cargo.toml or hidden");
}
