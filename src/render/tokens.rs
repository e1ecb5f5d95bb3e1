//! Rust's tokens, as far as finding items in a file needs them: what is code, what is a comment, what is a literal.
//!
//! Shared with `build.rs`: it depends on nothing.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Comment,
    /// A string of any sort, a character, or a number.
    Literal,
    /// An identifier, a keyword or a lifetime.
    Word,
    /// One character of punctuation.
    Punctuation(char),
}

/// The tokens of a source in order, without white space. Total: whatever rustc would refuse is punctuation.
pub fn tokens(source: &str) -> Vec<(Token, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let (token, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            (Token::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Token::Comment, block_comment(rest))
        } else if let Some(length) = string(rest) {
            (Token::Literal, length)
        } else if first == '\'' {
            character_or_lifetime(rest)
        } else if first.is_ascii_digit() {
            (Token::Literal, number(rest))
        } else if first == '_' || first.is_alphabetic() {
            (Token::Word, word(rest))
        } else {
            (Token::Punctuation(first), first.len_utf8())
        };
        found.push((token, at..at + length));
        at += length;
    }
    found
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => {
                depth += 1;
                at += 2;
            }
            b"*/" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of the string that starts here: plain, byte, C, raw, or none.
fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        rest.strip_prefix(prefix)
            .is_some_and(|tail| tail.trim_start_matches('#').starts_with('"'))
    })?;
    let tail = &rest[prefix.len()..];
    let hashes = tail.len() - tail.trim_start_matches('#').len();
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        let body = &tail[hashes + 1..];
        let length = body
            .find(&end)
            .map_or(body.len(), |found| found + end.len());
        return Some(prefix.len() + hashes + 1 + length);
    }
    (hashes == 0).then(|| prefix.len() + 1 + quoted(&tail[1..], '"'))
}

/// The length up to and with the closing quote; a backslash hides the next character.
fn quoted(body: &str, quote: char) -> usize {
    let mut hidden = false;
    for (at, character) in body.char_indices() {
        match character {
            _ if hidden => hidden = false,
            '\\' => hidden = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    body.len()
}

fn character_or_lifetime(rest: &str) -> (Token, usize) {
    let body = &rest[1..];
    let mut characters = body.chars();
    let (first, second) = (characters.next(), characters.next());
    let is_lifetime = first.is_some_and(|c| c == '_' || c.is_alphabetic()) && second != Some('\'');
    if is_lifetime {
        (Token::Word, 1 + word(body))
    } else {
        (Token::Literal, 1 + quoted(body, '\''))
    }
}

/// A number with its suffix; the dot of a range is not its own.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let is_dot = bytes[at] == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || is_dot) {
            break;
        }
        at += 1;
    }
    at
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| c != '_' && !c.is_alphanumeric())
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let found: Vec<_> = tokens(source)
            .into_iter()
            .map(|(token, span)| match token {
                Token::Comment => format!("#{}", &source[span]),
                Token::Literal => format!("={}", &source[span]),
                Token::Word => source[span].to_owned(),
                Token::Punctuation(character) => character.to_string(),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn strings_hide_what_looks_like_code() {
        check(r#"a "b;\"c" d"#, &["a", r#"="b;\"c""#, "d"]);
        check(r##"r#"x " y"# z"##, &[r##"=r#"x " y"#"##, "z"]);
        check(
            r#"b"x" c"y" br"\" r"#,
            &[r#"=b"x""#, r#"=c"y""#, r#"=br"\""#, "r"],
        );
    }

    #[test]
    fn comments_nest_and_end_with_the_line() {
        check(
            "a // b; c\nd /* e /* f */ g */ h",
            &["a", "#// b; c", "d", "#/* e /* f */ g */", "h"],
        );
    }

    #[test]
    fn characters_are_told_from_lifetimes() {
        check("'a' '\\'' 'b: '{'", &["='a'", "='\\''", "'b", ":", "='{'"]);
    }

    #[test]
    fn numbers_end_before_a_range() {
        check(
            "0..10 1.5f64 1_000usize",
            &["=0", ".", ".", "=10", "=1.5f64", "=1_000usize"],
        );
    }

    #[test]
    fn an_open_end_is_no_panic() {
        for source in ["\"abc", "/* abc", "'", "r#\"abc", "b'", "«'"] {
            let last = tokens(source).pop().expect("a token");
            assert_eq!(last.1.end, source.len(), "{source}");
        }
    }
}
