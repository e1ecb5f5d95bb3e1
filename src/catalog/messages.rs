//! Messages of known mistakes in a pasted text.

use super::index::{MISTAKES, Mistake};
use super::words;

/// Known mistakes whose message stands in the text, with the length of the longest wording that does; the longest first.
pub(super) fn known_in(text: &str) -> Vec<(&'static Mistake, usize)> {
    let text = words::flat(text);
    let longest = |mistake: &Mistake| {
        let wordings = mistake.wordings.iter();
        let said = wordings.filter(|wording| contains(&text, wording));
        said.map(|wording| wording.len()).max()
    };
    let mut found: Vec<_> = MISTAKES
        .iter()
        .filter_map(|mistake| Some((mistake, longest(mistake)?)))
        .collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.id.cmp(b.0.id)));
    found
}

/// Whether the parts of a wording (` * ` between them stands for anything) follow each other in the text, whole words.
fn contains(text: &str, wording: &str) -> bool {
    let mut rest = text;
    for part in wording.split(" * ") {
        let Some(at) = find_whole(rest, part) else {
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
}
