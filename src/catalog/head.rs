//! The documentation at the head of a file, which is the entry's own.
//!
//! Shared with `build.rs`: it depends on nothing.

/// The `//!` block at the head of a file: its title and the text below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub title: String,
    /// Paragraphs, each on one line; lists and code keep their lines.
    pub text: String,
    /// Where the code begins that follows the block.
    pub end: usize,
}

pub fn head(source: &str) -> Head {
    let mut end = 0;
    let mut lines = Vec::new();
    for line in source.split_inclusive('\n') {
        let Some(text) = line.trim_start().strip_prefix("//!") else {
            break;
        };
        lines.push(text.strip_prefix(' ').unwrap_or(text).trim_end());
        end += line.len();
    }
    end += source[end..].len() - source[end..].trim_start_matches('\n').len();
    let title = lines.first().copied().unwrap_or_default().to_owned();
    let text = lines
        .get(1..)
        .unwrap_or_default()
        .join("\n")
        .trim()
        .to_owned();
    Head { title, text, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_title_and_text() {
        let source = "//! Title.\n//!\n//! Text.\n\n/// Item.\nfn f() {}\n";
        let head = head(source);
        assert_eq!(
            (head.title.as_str(), head.text.as_str()),
            ("Title.", "Text.")
        );
        assert!(source[head.end..].starts_with("/// Item."));
    }
}
