//! Output of rustc, clippy, cargo or a panicking program that was pasted: its errors, one by one.

use super::super::words;

/// One error of a paste.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// rustc's code, as `E0277`.
    pub(super) code: Option<String>,
    pub(super) panicked: bool,
}

/// Words that only asynchronous code has.
const ASYNC: [&str; 11] = [
    "tokio",
    "async",
    "await",
    "future",
    "futures",
    "asyncread",
    "asyncwrite",
    "hyper",
    "axum",
    "reqwest",
    "tonic",
];
/// Where `future` means the time to come.
const TIME_TO_COME: [&str; 4] = [
    "future release",
    "future version",
    "future incompat",
    "future edition",
];
/// The last words of a build, which say nothing of their own.
const SUMMARIES: [&str; 6] = [
    "could not compile",
    "aborting due to",
    "build failed",
    "process didn't exit successfully",
    "warning emitted",
    "warnings emitted",
];

/// The errors of a paste; none where the text is no paste. What stands before the first is the user's own words, and
/// left out.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if let Some(begun) = begins(line) {
            open = true;
            blocks.push(begun);
        } else if open && let Some(block) = blocks.last_mut() {
            block.text.push('\n');
            block.text.push_str(line);
        }
    }
    blocks.retain(|block| {
        let first = block.text.lines().next().unwrap_or_default();
        !SUMMARIES.iter().any(|summary| first.contains(summary))
    });
    blocks
}

/// The block that a line begins: at `error[E0277]`, `error:`, `warning:` or `thread 'main' panicked at`.
fn begins(line: &str) -> Option<Block> {
    let lower = line.to_ascii_lowercase();
    let start = if let Some(at) = lower.find("error[e") {
        at
    } else if let Some(at) = lower.find("panicked at") {
        return Some(Block {
            text: lower
                .get(at..)
                .map_or_else(String::new, |_| line[at..].to_owned()),
            code: None,
            panicked: true,
        });
    } else {
        let trimmed = lower.trim_start();
        let marks = trimmed.starts_with("error:") || trimmed.starts_with("warning:");
        marks.then(|| lower.len() - trimmed.len())?
    };
    let text = line[start..].to_owned();
    let code = text
        .get("error[".len()..)
        .and_then(|rest| rest.split_once(']'))
        .map(|(code, _)| code.to_ascii_uppercase())
        .filter(|code| code.len() == 5 && code[1..].bytes().all(|b| b.is_ascii_digit()));
    Some(Block {
        text,
        code,
        panicked: false,
    })
}

/// Whether a text speaks of asynchronous code at all: an ordinary error of rustc must not be claimed.
pub(super) fn is_async(text: &str) -> bool {
    let mut flat = words::flat(text);
    for phrase in TIME_TO_COME {
        flat = flat.replace(phrase, " ");
    }
    flat.split(' ').any(|word| ASYNC.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_taken_apart() {
        let text = "it says\nerror[E0277]: `Rc<u8>` cannot be sent\n --> src/main.rs:1:2\n\nerror: cannot find macro\n\
                    thread 'main' panicked at src/main.rs:3:5:\nboom\n\
                    error: could not compile `x` (bin \"x\") due to 2 previous errors\n";
        let blocks = blocks(text);
        assert_eq!(blocks.len(), 3);
        assert_eq!(blocks[0].code.as_deref(), Some("E0277"));
        assert!(blocks[0].text.contains("src/main.rs:1:2"));
        assert!(blocks[2].panicked && blocks[2].text.contains("boom"));
    }

    #[test]
    fn words_are_no_paste() {
        assert_eq!(blocks("how do I handle an error from a task?"), []);
    }

    #[test]
    fn a_future_release_is_no_future() {
        assert!(!is_async(
            "this will become a hard error in a future release"
        ));
        assert!(is_async("`u8` is not a future"));
    }
}
