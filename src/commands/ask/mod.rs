//! `ask`: words, a question or a pasted error in, the answer out. It ends with 0 whatever the words are.

mod nearest;
mod parts;

use std::io::Read;

use super::{Context, shown};
use crate::catalog::lookup::Found;
use crate::catalog::search::{self, Confidence, Ranking};
use crate::cli::Ask;
use crate::render::code::CodeForm;
use crate::render::pages::{self, NameAndTitle};
use crate::report::{Answer, HitView, Report};

/// More than this of a question is not read, in bytes.
const LONGEST_QUESTION: u64 = 1024 * 1024;

pub(super) fn execute(args: &Ask, context: &Context<'_>) -> anyhow::Result<Report> {
    let query = cleaned(&question(args));
    let budget = usize::try_from(args.budget).unwrap_or(usize::MAX);
    let ranking = if query.is_empty() {
        Ranking::new(Vec::new(), Confidence::None)
    } else {
        search::search(context.catalog, &query)
    };
    let markdown = answer(&query, &ranking, budget, context)?;
    let hits = ranking.hits.iter().map(view).collect();
    let confidence = format!("{:?}", ranking.confidence).to_lowercase();
    Ok(Report::Answer(Answer {
        query,
        confidence,
        hits,
        markdown,
    }))
}

fn question(args: &Ask) -> String {
    let mut text = args
        .words
        .iter()
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ");
    if args.stdin {
        let mut bytes = Vec::new();
        // What could be read is the question; a broken pipe is no reason to answer nothing.
        let _ = std::io::stdin()
            .lock()
            .take(LONGEST_QUESTION)
            .read_to_end(&mut bytes);
        text.push_str(&undefused(&String::from_utf8_lossy(&bytes)));
    }
    text
}

/// Claude Code writes `\!` for a `!` at the start of a word, and `` ! ` `` for `` !` ``, so that nothing typed reads as its
/// marks for commands.
fn undefused(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at_start = true;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if at_start && rest.starts_with("\\!") {
            rest = &rest[1..];
            at_start = false;
            continue;
        }
        if rest.starts_with("! `") {
            out.push_str("!`");
            rest = &rest[3..];
            at_start = false;
            continue;
        }
        out.push(next);
        at_start = next.is_whitespace();
        rest = &rest[next.len_utf8()..];
    }
    out
}

/// Nothing that came in may write to a terminal when it goes out.
fn cleaned(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // An escape sequence ends with a letter.
            let _ = characters.find(char::is_ascii_alphabetic);
        } else if !character.is_control() || matches!(character, '\n' | '\t') {
            kept.push(character);
        }
    }
    kept.trim().to_owned()
}

fn view(hit: &search::Hit<'_>) -> HitView {
    HitView {
        kind: hit.found.sort().name(),
        id: hit.found.id().to_owned(),
        topics: hit.found.topics(),
        score: (hit.score * 100.0).round() / 100.0,
        snippet: match &hit.found {
            Found::Mistake(mistake) => Some(mistake.snippet.to_owned()),
            _ => None,
        },
    }
}

fn answer(
    query: &str,
    ranking: &Ranking<'_>,
    budget: usize,
    context: &Context<'_>,
) -> anyhow::Result<String> {
    let first = ranking
        .hits
        .first()
        .filter(|_| matches!(ranking.confidence, Confidence::Exact | Confidence::Good));
    let Some(first) = first else {
        return nearest::page(query, ranking);
    };
    if ranking.parts.len() > 1 {
        return parts::page(ranking, budget, context);
    }
    let others: Vec<String> = ranking.hits[1..]
        .iter()
        .filter(|hit| hit.found.sort() != first.found.sort() || hit.found.id() != first.found.id())
        .take(3)
        .map(|hit| format!("{} {}", hit.found.sort().name(), hit.found.id()))
        .collect();
    page(&first.found, others, budget, context)
}

/// The page of one entry, within the budget.
fn page(
    found: &Found<'_>,
    near: Vec<String>,
    budget: usize,
    context: &Context<'_>,
) -> anyhow::Result<String> {
    match found {
        Found::Snippet(_) | Found::Team(_) => {
            let mut page =
                shown::snippet_page(&shown::read(found)?, &[], CodeForm::default(), context)?;
            page.near = near;
            page.within(budget)
        }
        Found::Topic(topic) => {
            let mut page = shown::topic_page(topic, context)?;
            // The page itself says which one when.
            page.snippets.clear();
            page.within(budget)
        }
        Found::Mistake(mistake) => {
            let (entry, manifest) = shown::mistake(mistake)?;
            let mut page = shown::mistake_page(mistake, &entry, &manifest, false)?;
            let bare = pages::mistake(&page)?;
            let room = budget.saturating_sub(bare.chars().count());
            let cure =
                shown::snippet_page(&entry, &[], CodeForm::default(), context)?.within(room)?;
            if cure.chars().count() <= room {
                page.cure = Some(cure);
            }
            pages::mistake(&page)
        }
        Found::Template(template) => Ok(format!(
            "# {} (template `{}`)\n\nNext: `tokio-cmd new --template {} NAME` makes the project; `tokio-cmd show template {}` lists its files.\n",
            template.title.trim_end_matches('.'),
            template.id,
            template.id,
            template.id
        )),
    }
}

fn name_and_title(found: &Found<'_>) -> NameAndTitle {
    NameAndTitle {
        id: found.id().to_owned(),
        title: found.title().trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_defused_is_undone() {
        for (sent, meant) in [
            ("\\!x", "!x"),
            ("a \\!x b", "a !x b"),
            ("`select! `", "`select!`"),
            ("a\\!b", "a\\!b"),
            ("select! { x }", "select! { x }"),
        ] {
            assert_eq!(undefused(sent), meant);
        }
    }

    #[test]
    fn nothing_that_steers_a_terminal_stays() {
        assert_eq!(cleaned("  a\0b\u{7}c\u{1b}[31md\r\n "), "abcd");
    }
}
