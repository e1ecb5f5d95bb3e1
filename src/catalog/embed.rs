//! The content that the binary carries. The only place that names `include_dir`.

use include_dir::{Dir, DirEntry, include_dir};

static SNIPPETS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/snippets");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// A file of `snippets/`, by its path below that folder.
pub fn snippet_file(path: &str) -> Option<&'static str> {
    SNIPPETS.get_file(path)?.contents_utf8()
}

/// A file of `templates/`, by its path below that folder.
pub fn template_file(path: &str) -> Option<&'static str> {
    TEMPLATES.get_file(path)?.contents_utf8()
}

/// All files below a folder of `snippets/`, with their paths below it, sorted.
pub fn snippet_folder(path: &str) -> Vec<(String, &'static str)> {
    SNIPPETS.get_dir(path).map(files).unwrap_or_default()
}

/// All files below a folder of `templates/`, with their paths below it, sorted.
pub fn template_folder(path: &str) -> Vec<(String, &'static str)> {
    TEMPLATES.get_dir(path).map(files).unwrap_or_default()
}

fn files(folder: &'static Dir<'static>) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    let mut open = vec![folder];
    while let Some(next) = open.pop() {
        for entry in next.entries() {
            match entry {
                DirEntry::Dir(inner) => open.push(inner),
                DirEntry::File(file) => {
                    let path = file
                        .path()
                        .strip_prefix(folder.path())
                        .unwrap_or(file.path());
                    let path = path.to_string_lossy().replace('\\', "/");
                    found.push((path, file.contents_utf8().unwrap_or_default()));
                }
            }
        }
    }
    found.sort();
    found
}
