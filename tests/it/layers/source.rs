//! A source file as the layers see it: its paths, with `use` groups spelled out and `crate` and `super` followed.

use tokio_cmd::render::lift;
use tokio_cmd::render::tokens::{Token, tokens};

pub(super) struct Source {
    /// Where the file's own module stands: `["render", "lift"]`.
    module: Vec<String>,
    lines: usize,
    /// Every path, whole: `std::fs::write`, `crate::catalog`, `println!`, `stdout()`.
    paths: Vec<Vec<String>>,
    inline_module: bool,
}

impl Source {
    pub(super) fn read(path: &str, text: &str) -> Self {
        let text = lift::without_tests(text);
        let words: Vec<String> = tokens(&text)
            .into_iter()
            .filter(|(token, _)| matches!(token, Token::Word | Token::Punctuation(_)))
            .map(|(_, span)| text[span].to_owned())
            .collect();
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let inline_module = words
            .windows(3)
            .any(|three| three[0] == "mod" && three[2] == "{");
        Self {
            module: module.split('/').map(str::to_owned).collect(),
            lines: text.lines().count(),
            paths: paths(&words),
            inline_module,
        }
    }

    pub(super) fn layer(&self) -> &str {
        &self.module[0]
    }

    /// Without its tests.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    pub(super) fn has_inline_module(&self) -> bool {
        self.inline_module
    }

    /// What is named of this crate, from its root.
    pub(super) fn names_of_the_crate(&self) -> Vec<Vec<String>> {
        let absolute = |path: &Vec<String>| -> Option<Vec<String>> {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let rest = match path.first()?.as_str() {
                "crate" => path[1..].to_vec(),
                "super" => {
                    let stay = self.module.len().saturating_sub(ups);
                    [&self.module[..stay], &path[ups..]].concat()
                }
                _ => return None,
            };
            (!rest.is_empty()).then_some(rest)
        };
        self.paths.iter().filter_map(absolute).collect()
    }

    /// Whether a path holds these parts in a row: `fs::write`, `tokio::` as the first of several, `println!`, `stdout()`.
    pub(super) fn says(&self, wanted: &str) -> bool {
        if let Some(root) = wanted.strip_suffix("::") {
            return self
                .paths
                .iter()
                .any(|path| path.len() > 1 && path[0] == root);
        }
        let wanted: Vec<&str> = wanted.split("::").collect();
        self.paths
            .iter()
            .any(|path| path.windows(wanted.len()).any(|part| part == wanted))
    }
}

/// All paths of a file. A macro's name keeps its `!`, a call without arguments its `()`.
fn paths(words: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // `pub(crate)` and `pub(in crate::x)` say who may see something.
        if words[at] == "pub" && words.get(at + 1).is_some_and(|word| word == "(") {
            at += words[at..].iter().position(|word| word == ")").unwrap_or(0);
        }
        let is_field = at > 0 && words[at - 1] == ".";
        if is_word(&words[at]) && !is_field {
            at = path(words, at, Vec::new(), &mut found);
        } else {
            at += 1;
        }
    }
    found
}

fn is_word(word: &str) -> bool {
    word.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// Reads the path that begins at `at`, after `before`; gives where it ends.
fn path(words: &[String], at: usize, before: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|other| other == word);
    let mut path = before;
    let mut name = words[at].clone();
    let mut at = at + 1;
    if is(at, "!") && !is(at + 1, "=") {
        name.push('!');
    } else if is(at, "(") && is(at + 1, ")") {
        name.push_str("()");
    }
    // `{self}` is what stands before the group.
    if name != "self" || path.is_empty() {
        path.push(name);
    }
    if !(is(at, ":") && is(at + 1, ":")) {
        found.push(path);
        return at;
    }
    at += 2;
    if is(at, "{") {
        return group(words, at, &path, found);
    }
    if words.get(at).is_some_and(|word| is_word(word)) {
        return self::path(words, at, path, found);
    }
    // A glob, or `::<T>`.
    found.push(path);
    at
}

/// Reads a group in braces, each member a path after `before`; gives where it ends.
fn group(words: &[String], at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut at = at + 1;
    while at < words.len() && words[at] != "}" {
        if is_word(&words[at]) && words[at - 1] != "as" {
            at = path(words, at, before.to_vec(), found);
        } else {
            at += 1;
        }
    }
    at + 1
}
