//! Command lines in a text, and a command line in words.

/// Command lines of this program: in backticks, and in code blocks.
pub(super) fn command_lines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = code_spans(text);
    let mut in_block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            let line = line.trim_start();
            let line = line.strip_prefix("$ ").unwrap_or(line);
            found.extend(
                line.split("&&")
                    .flat_map(|part| part.split(" | "))
                    .map(str::to_owned),
            );
        }
    }
    found.retain_mut(|line| {
        let mut rest = line.trim();
        // `NAME=value tokio-cmd ...`
        while let Some((first, tail)) = rest.split_once(' ')
            && first.contains('=')
        {
            rest = tail;
        }
        let is_ours = rest.starts_with("tokio-cmd ");
        *line = rest.to_owned();
        is_ours
    });
    found
}

/// What stands in backticks outside of code blocks, where it is on one line.
pub(super) fn code_spans(text: &str) -> Vec<String> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// The words of a command line as a shell gives them, up to what the shell itself does with it.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '>' | '<' | '|' | ';' | '#' | '\\') => break,
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// The text with everything between these marks as a name that stands for any.
pub(super) fn filled(text: &str, open: char, close: char) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        match after.split_once(close) {
            Some((inner, tail)) if !inner.contains(['\n', '`']) => {
                out.push_str("NAME");
                rest = tail;
            }
            _ => {
                out.push(open);
                rest = after;
            }
        }
    }
    out + rest
}
