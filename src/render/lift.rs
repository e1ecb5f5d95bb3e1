//! Lifts a Rust file into its parts: top-level constants, the tests; and, with places marked, into a Tera
//! template.
//!
//! Shared with `build.rs`: it depends on nothing but the tokens.

use std::ops::Range;

use super::tokens::{Token, tokens};

/// A documented constant at the top level of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Constant {
    pub name: String,
    /// The `///` lines above it, joined.
    pub doc: String,
    pub kind: String,
    /// Where its right-hand side stands.
    pub value: Range<usize>,
    /// Counted from 1.
    pub line: usize,
}

/// All constants at the top level, in order.
pub fn constants(source: &str) -> Vec<Constant> {
    let all: Vec<_> = tokens(source)
        .into_iter()
        .filter(|(token, _)| *token != Token::Comment)
        .collect();
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < all.len() {
        let (token, span) = &all[at];
        match token {
            Token::Punctuation('{' | '(' | '[') => depth += 1,
            Token::Punctuation('}' | ')' | ']') => depth = depth.saturating_sub(1),
            Token::Word if depth == 0 && &source[span.clone()] == "const" => {
                if let Some(constant) = constant(source, &all[at + 1..], span.start) {
                    found.push(constant);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// What follows a top-level `const`: `NAME: TYPE = VALUE;`, or nothing of interest (`const fn`).
fn constant(source: &str, after: &[(Token, Range<usize>)], start: usize) -> Option<Constant> {
    let (Token::Word, name) = after.first()? else {
        return None;
    };
    let (Token::Punctuation(':'), colon) = after.get(1)? else {
        return None;
    };
    let mut depth = 0_usize;
    let mut equals = None;
    for (token, span) in &after[2..] {
        match token {
            Token::Punctuation('{' | '(' | '[') => depth += 1,
            Token::Punctuation('}' | ')' | ']') => depth = depth.saturating_sub(1),
            Token::Punctuation('=') if depth == 0 && equals.is_none() => equals = Some(span.start),
            Token::Punctuation(';') if depth == 0 => {
                let equals = equals?;
                return Some(Constant {
                    name: source[name.clone()].to_owned(),
                    doc: doc_above(source, start),
                    kind: source[colon.end..equals].trim().to_owned(),
                    value: trimmed(source, equals + 1..span.start),
                    line: line_of(source, start),
                });
            }
            _ => {}
        }
    }
    None
}

fn trimmed(source: &str, span: Range<usize>) -> Range<usize> {
    let text = &source[span.clone()];
    let start = span.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// The line of a byte, counted from 1.
pub fn line_of(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

/// The `///` lines right above the item that starts at `at`, attributes between them passed over.
fn doc_above(source: &str, at: usize) -> String {
    let line_start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut lines: Vec<&str> = source[..line_start]
        .lines()
        .rev()
        .map(str::trim)
        .take_while(|line| line.starts_with("///") || line.starts_with("#["))
        .filter_map(|line| line.strip_prefix("///"))
        .map(str::trim)
        .collect();
    lines.reverse();
    lines.join(" ")
}

/// Where the tests of a file stand: from `#[cfg(test)]` at the top level to the end of the item below it.
pub fn tests(source: &str) -> Option<Range<usize>> {
    let start = if source.starts_with("#[cfg(test)]\n") {
        0
    } else {
        source.find("\n#[cfg(test)]\n")? + 1
    };
    let mut depth = 0_usize;
    for (token, span) in tokens(&source[start..]) {
        match token {
            Token::Punctuation('{') => depth += 1,
            Token::Punctuation('}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(start..start + span.end);
                }
            }
            _ => {}
        }
    }
    None
}

/// The file without its tests.
pub fn without_tests(source: &str) -> String {
    tests(source).map_or_else(
        || source.to_owned(),
        |span| {
            let before = source[..span.start].trim_end();
            let after = source[span.end..].trim_start();
            if after.is_empty() {
                format!("{before}\n")
            } else {
                format!("{before}\n\n{after}")
            }
        },
    )
}

/// The file as a Tera template: each place gives way to the variable of that name, and whatever looks like a delimiter
/// is escaped. Rendered with each place's own text it is the file again, byte for byte.
pub fn template(source: &str, places: &[(Range<usize>, &str)]) -> String {
    let mut places: Vec<_> = places.iter().collect();
    places.sort_by_key(|(span, _)| span.start);
    let mut lifted = String::with_capacity(source.len() + 64);
    let mut at = 0;
    for (span, variable) in places {
        escape(&source[at..span.start], &mut lifted);
        lifted.push('«');
        lifted.push_str(variable);
        lifted.push('»');
        at = span.end;
    }
    escape(&source[at..], &mut lifted);
    lifted
}

/// Tera's delimiters in this program are `«` `»`, `<%` `%>`, `<#` `#>`: plain Rust has none of them.
pub const DELIMITERS: [&str; 6] = ["«", "»", "<%", "%>", "<#", "#>"];

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    'text: while !rest.is_empty() {
        for delimiter in DELIMITERS {
            if let Some(tail) = rest.strip_prefix(delimiter) {
                out.push_str("«\"");
                out.push_str(delimiter);
                out.push_str("\"»");
                rest = tail;
                continue 'text;
            }
        }
        let next = rest.chars().next().map_or(0, char::len_utf8);
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"//! Title.
//!
//! Text.

/// How many.
/// At most.
#[allow(unused)]
pub const CAPACITY: usize = 32;
const fn not() -> u8 { const INNER: u8 = 1; INNER }
// const COMMENT: u8 = 1;
const TEXT: &str = "a; const B: u8 = 2;";
const LIST: [u8; 2] = [1, 2];

#[cfg(test)]
mod tests {
    const C: &str = "}";
}
"#;

    #[test]
    fn only_top_level_constants_are_found() {
        let found: Vec<_> = constants(SOURCE)
            .into_iter()
            .map(|c| (c.name, c.kind, SOURCE[c.value].to_owned(), c.line))
            .collect();
        let expected = [
            ("CAPACITY", "usize", "32", 8),
            ("TEXT", "&str", "\"a; const B: u8 = 2;\"", 11),
            ("LIST", "[u8; 2]", "[1, 2]", 12),
        ];
        assert_eq!(
            found,
            expected.map(|(a, b, c, d)| (a.into(), b.into(), c.into(), d))
        );
        assert_eq!(constants(SOURCE)[0].doc, "How many. At most.");
    }

    #[test]
    fn the_tests_are_cut_at_their_own_brace() {
        let cut = without_tests(SOURCE);
        assert!(cut.ends_with("[1, 2];\n"), "{cut}");
    }

    #[test]
    fn delimiters_in_the_source_are_escaped() {
        assert_eq!(template("a « b <% c", &[]), "a «\"«\"» b «\"<%\"» c");
    }
}
