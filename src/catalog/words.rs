//! Words as search sees them: lower case, split where identifiers split, stemmed. The index and the query go through
//! the same functions.
//!
//! Shared with `build.rs`: it depends on nothing.

/// Words that say nothing about what is asked. `tokio` and `rust` are in every question.
const STOP: &[&str] = &[
    "a",
    "about",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "doesn",
    "don",
    "each",
    "example",
    "for",
    "from",
    "get",
    "getting",
    "give",
    "go",
    "got",
    "had",
    "has",
    "have",
    "help",
    "here",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "isn",
    "it",
    "its",
    "just",
    "let",
    "like",
    "make",
    "many",
    "may",
    "me",
    "more",
    "my",
    "need",
    "needs",
    "no",
    "not",
    "of",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "please",
    "really",
    "rust",
    "same",
    "see",
    "should",
    "so",
    "some",
    "something",
    "t",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "this",
    "to",
    "tokio",
    "too",
    "up",
    "use",
    "used",
    "using",
    "ve",
    "very",
    "want",
    "was",
    "way",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "why",
    "will",
    "with",
    "won",
    "would",
    "you",
    "your",
];

pub fn is_stop_word(word: &str) -> bool {
    STOP.binary_search(&word).is_ok()
}

/// Every word of a text, lower case: `JoinSet::join_next` gives `joinset`, `join`, `set`, `join_next`, `next`.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for raw in text.split(|c: char| c != '_' && !c.is_alphanumeric()) {
        let raw = raw.trim_matches('_');
        if raw.is_empty() {
            continue;
        }
        let parts = identifier_parts(raw);
        let whole = raw.to_lowercase();
        if parts.len() > 1 {
            found.push(whole);
        }
        found.extend(parts);
    }
    found
}

/// `JoinSet` as `join`, `set`; `join_next` as `join`, `next`; `TCP` stays one.
fn identifier_parts(raw: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before_is_lower = false;
    for character in raw.chars() {
        if character == '_' || (character.is_uppercase() && before_is_lower) {
            parts.push(String::new());
        }
        before_is_lower = character.is_lowercase() || character.is_numeric();
        if character != '_' {
            parts
                .last_mut()
                .expect("never empty")
                .extend(character.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The words that count, stemmed.
pub fn terms(text: &str) -> Vec<String> {
    words(text)
        .iter()
        .filter(|word| !is_stop_word(word))
        .map(|word| stem(word))
        .collect()
}

/// A light stemmer for English technical text: plurals, `-ing`, `-ed`, `-er` on long words, a final `e`.
pub fn stem(word: &str) -> String {
    if word.len() < 4 || !word.is_ascii() || word.contains('_') {
        return word.to_owned();
    }
    let mut stem = word.to_owned();
    for (ending, instead) in [
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
    ] {
        if let Some(base) = word.strip_suffix(ending) {
            stem = format!("{base}{instead}");
            return undoubled(&stem);
        }
    }
    if stem.ends_with('s')
        && !stem.ends_with("ss")
        && !stem.ends_with("us")
        && !stem.ends_with("is")
    {
        stem.pop();
    }
    for ending in ["ations", "ation", "ing", "ers", "er", "ed", "ly"] {
        if let Some(base) = stem.strip_suffix(ending)
            && base.len() >= 4
            && base.contains(['a', 'e', 'i', 'o', 'u', 'y'])
        {
            return undoubled(base);
        }
    }
    undoubled(&stem)
}

/// Without a doubled last consonant and without a final `e`: `cancell`, `cancel`; `receive`, `receiv`.
fn undoubled(word: &str) -> String {
    let bytes = word.as_bytes();
    let length = bytes.len();
    if length > 4
        && bytes[length - 1] == bytes[length - 2]
        && b"bdfglmnprt".contains(&bytes[length - 1])
    {
        return word[..length - 1].to_owned();
    }
    word.strip_suffix('e')
        .filter(|base| base.len() > 2)
        .unwrap_or(word)
        .to_owned()
}

/// A message as it is compared: without colours, lower case, every run of anything but letters and digits one blank.
/// Line numbers, paths and quotes around names thus never stand in the way.
pub fn flat(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // An escape sequence ends with a letter.
            for next in characters.by_ref() {
                if next.is_ascii_alphabetic() {
                    break;
                }
            }
        } else if character.is_alphanumeric() {
            out.extend(character.to_lowercase());
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn identifiers_are_split() {
        assert_eq!(
            words("JoinSet::join_next"),
            ["joinset", "join", "set", "join_next", "join", "next"]
        );
        assert_eq!(words("TCP server"), ["tcp", "server"]);
    }

    #[track_caller]
    fn same_stem(words: &[&str]) {
        let stems: Vec<_> = words.iter().map(|word| stem(word)).collect();
        assert!(
            stems.windows(2).all(|pair| pair[0] == pair[1]),
            "{words:?} {stems:?}"
        );
    }

    #[test]
    fn forms_of_a_word_meet() {
        same_stem(&["channel", "channels"]);
        same_stem(&[
            "cancel",
            "cancelled",
            "cancelling",
            "cancellation",
            "cancels",
        ]);
        same_stem(&["timeout", "timeouts"]);
        same_stem(&["spawn", "spawning", "spawned"]);
        same_stem(&["mutex", "mutexes"]);
        same_stem(&["receive", "receiver", "receivers", "receiving"]);
        same_stem(&["retry", "retries"]);
        same_stem(&["limit", "limiter", "limiting"]);
    }

    #[test]
    fn messages_are_flattened() {
        assert_eq!(
            flat("\u{1b}[31merror[E0277]\u{1b}[0m: `Rc<u8>`\n  cannot"),
            "error e0277 rc u8 cannot"
        );
    }
}
