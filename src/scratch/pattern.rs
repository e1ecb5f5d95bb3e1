//! How expected output is compared: `[..]` within a line and `...` alone on a line stand for anything.

/// Whether the whole text is as the pattern says.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<_> = pattern.lines().collect();
    let text: Vec<_> = text.lines().collect();
    let parts: Vec<_> = pattern.split(|line| *line == "...").collect();
    fits(
        &parts,
        text.len(),
        |part| part.len(),
        |part, at| {
            part.iter()
                .zip(&text[at..])
                .all(|(line, said)| line_matches(line, said))
        },
    )
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let parts: Vec<_> = pattern.split("[..]").collect();
    fits(
        &parts,
        line.len(),
        |part| part.len(),
        |part, at| line.as_bytes()[at..].starts_with(part.as_bytes()),
    )
}

/// Whether the parts lie in this order, the first at the beginning and the last at the end. Each takes the first place
/// that fits, which is as good as any later one, so that the time stays bounded whatever the pattern is.
fn fits<T>(
    parts: &[T],
    end: usize,
    len: impl Fn(&T) -> usize,
    fits_at: impl Fn(&T, usize) -> bool,
) -> bool {
    let (Some((first, rest)), Some(last)) = (parts.split_first(), parts.last()) else {
        return end == 0;
    };
    if len(first) > end || !fits_at(first, 0) {
        return false;
    }
    let Some((_, middle)) = rest.split_last() else {
        return len(first) == end;
    };
    let mut at = len(first);
    for part in middle {
        let last = end.checked_sub(len(part));
        match last.and_then(|last| (at..=last).find(|place| fits_at(part, *place))) {
            Some(place) => at = place + len(part),
            None => return false,
        }
    }
    end.checked_sub(len(last))
        .is_some_and(|place| place >= at && fits_at(last, place))
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
        for (pattern, text) in [
            ("a [..] c\n...\nend\n", "a b c\n1\n2\nend\n"),
            ("a [..] c\n...\nend\n", "a b c\nend\n"),
            ("a [..]b[..] c", "a xxb yy c"),
            ("...", ""),
            ("...\n...", "x"),
            ("...\nb\n...", "a\nb\nb\nc"),
            ("[..]", "ä"),
            ("", ""),
        ] {
            assert!(matches(pattern, text), "{pattern:?} {text:?}");
        }
        for (pattern, text) in [
            ("a\nb", "a\n"),
            ("a [..] c", "a b d"),
            ("a", "a\nb"),
            ("a\n...\na", "a"),
            ("ab[..]ba", "aba"),
            ("...\nb", "b\na"),
            ("a[..]b[..]c", "a c b"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern:?} {text:?}");
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let pattern = "...\nx\n".repeat(200) + "y";
        assert!(!matches(&pattern, &"x\n".repeat(2_000)));
        let line = "[..]x".repeat(200) + "y";
        assert!(!matches(&line, &"x".repeat(20_000)));
    }
}
