//! How expected output is compared: `[..]` within a line and `...` alone on a line stand for anything.

/// Whether the whole text is as the pattern says.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<_> = pattern.lines().collect();
    let text: Vec<_> = text.lines().collect();
    lines_match(&pattern, &text)
}

fn lines_match(pattern: &[&str], text: &[&str]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((&"...", rest)) => (0..=text.len()).any(|skipped| lines_match(rest, &text[skipped..])),
        Some((line, rest)) => text
            .split_first()
            .is_some_and(|(first, others)| line_matches(line, first) && lines_match(rest, others)),
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once("[..]") else {
        return pattern == line;
    };
    let Some(line) = line.strip_prefix(start) else {
        return false;
    };
    if !rest.contains("[..]") {
        return line.ends_with(rest);
    }
    line.char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .any(|at| line_matches(rest, &line[at..]))
}

/// Whether the wording stands somewhere in the text; `[..]` in it stands for anything.
pub(crate) fn contains(text: &str, wording: &str) -> bool {
    let mut rest = text;
    wording.split("[..]").all(|part| {
        rest.find(part).is_some_and(|at| {
            rest = &rest[at + part.len()..];
            true
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_anything() {
        assert!(matches("a [..] c\n...\nend\n", "a b c\n1\n2\nend\n"));
        assert!(matches("a [..]b[..] c", "a xxb yy c"));
        assert!(matches("...", ""));
        assert!(!matches("a\nb", "a\n"));
        assert!(!matches("a [..] c", "a b d"));
        assert!(!matches("a", "a\nb"));
    }
}
