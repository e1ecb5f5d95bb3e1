//! The installed SKILL.md, cut where the client puts the answer.

use std::fs;
use std::path::Path;

pub(super) struct Skill {
    /// The text between the frontmatter and the shell block.
    before: String,
    /// The text after it: all that the model has when the block gave nothing.
    pub(super) after: String,
    /// The word that ends the heredoc.
    pub(super) delimiter: String,
}

impl Skill {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("no skill at {}: {error}", path.display()));
        let (_, body) = text
            .strip_prefix("---\n")
            .and_then(|text| text.split_once("\n---\n"))
            .expect("the skill starts with frontmatter");
        let (before, rest) = body
            .split_once("```!\n")
            .expect("the skill has a shell block");
        let (block, after) = rest.split_once("\n```").expect("the shell block ends");
        let (_, heredoc) = block
            .split_once("<<'")
            .expect("the block feeds a quoted heredoc");
        let (delimiter, _) = heredoc.split_once('\'').expect("the delimiter is quoted");
        Self {
            before: before.trim_start().to_owned(),
            after: after.trim_end().to_owned(),
            delimiter: delimiter.to_owned(),
        }
    }

    /// The body as the model must read it, with `answer` and nothing else in the block's place.
    pub(super) fn rendered(&self, answer: &str) -> String {
        format!("{}{}{}", self.before, answer.trim_end(), self.after)
    }
}
