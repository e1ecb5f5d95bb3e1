//! What `ask` answers with, for every entry: the right page, within its budget, and safe to print.

use tokio_cmd::catalog::Catalog;
use tokio_cmd::cli::{Ask, Color, Command, Global};
use tokio_cmd::commands::{self, Context};
use tokio_cmd::output::Console;
use tokio_cmd::report::{Answer, Report};

use crate::content::{Complaints, ids};

/// What fits an answer, and what fits every place that an agent may put it to (`--budget` goes no higher).
const BUDGETS: [u32; 2] = [6000, 9500];

/// Asks in a folder that holds no lock file and no team's entries.
pub(crate) fn ask(question: &str, budget: u32) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::new(folder.path().to_owned());
    let console = Console::new(&Global {
        format: None,
        color: Color::Never,
        offline: true,
        quiet: true,
        verbose: false,
    });
    let context = Context {
        catalog: &catalog,
        console,
        offline: true,
    };
    let words = if question.is_empty() {
        Vec::new()
    } else {
        vec![question.into()]
    };
    let command = Command::Ask(Ask {
        stdin: false,
        budget,
        words,
    });
    match commands::execute(&command, &context) {
        Ok(Report::Answer(answer)) => answer,
        other => panic!("`ask {question}` gave {other:?}"),
    }
}

#[test]
fn asked_by_its_id_every_entry_is_the_first_hit_and_fits_its_budget() {
    let mut broken = Complaints::default();
    for id in ids() {
        for budget in BUDGETS {
            let answer = ask(id, budget);
            let length = answer.markdown.chars().count();
            broken.unless(length <= budget as usize, || {
                format!("{id}: {length} characters where {budget} were asked for")
            });
            let first = answer.hits.first().map(|hit| hit.id.as_str());
            broken.unless(first == Some(id) && answer.confidence == "exact", || {
                format!("{id}: {first:?} comes first, {}", answer.confidence)
            });
            broken.unless(answer.hits.len() >= 3, || {
                format!("{id}: only {} hits", answer.hits.len())
            });
        }
    }
    broken.must_be_none("an id is answered exactly and within the budget");
}

/// What no page may hold: a template's own marks, blank lines in heaps, and what a variable without a value leaves.
#[test]
fn no_answer_shows_how_it_was_made() {
    let mut broken = Complaints::default();
    for id in ids() {
        let text = ask(id, 6000).markdown;
        for mark in ["«", "»", "<%", "%>", "<#", "#>", "\n\n\n\n", "``\n``"] {
            broken.unless(!text.contains(mark), || format!("{id}: {mark:?}"));
        }
        broken.unless(text.starts_with("# "), || format!("{id}: no title"));
        broken.unless(text.ends_with('\n') && !text.ends_with("\n\n"), || {
            format!("{id}: its end is not one newline")
        });
        let fences = text.lines().filter(|line| line.starts_with("```")).count();
        broken.unless(fences % 2 == 0, || format!("{id}: a fence is open"));
    }
    broken.must_be_none("an answer is clean Markdown");
}

/// Code that cannot be built as it is pasted, or of which nobody knows whether it was proven, is what this program
/// replaces.
#[test]
fn an_answer_with_code_says_what_it_needs_and_whether_it_is_proven() {
    let mut broken = Complaints::default();
    let mut with_code = 0;
    for id in ids() {
        let text = ask(id, 6000).markdown;
        let Some((_, after)) = text.split_once("\n```rust\n") else {
            continue;
        };
        with_code += 1;
        broken.unless(after.contains("\ncargo add tokio@"), || {
            format!("{id}: no cargo add")
        });
        let proof = ["Proven 2", "Not proven yet: "];
        let says = after
            .lines()
            .any(|line| proof.iter().any(|begin| line.starts_with(begin)));
        broken.unless(says, || format!("{id}: nothing on its proof"));
    }
    broken.must_be_none("code comes with its dependencies and its proof");
    assert!(with_code > 37, "only {with_code} answers have code");
}

#[test]
fn the_smallest_budget_is_kept_where_a_title_fits_it() {
    // 200 characters are less than a title with its last lines; nothing may be cut within itself to get there.
    for id in ids() {
        let answer = ask(id, 200);
        let fences = answer
            .markdown
            .lines()
            .filter(|line| line.starts_with("```"));
        assert!(fences.count() % 2 == 0, "{id}: {}", answer.markdown);
        let length = answer.markdown.chars().count();
        assert!(length <= 1500, "{id}: {length}");
    }
}

#[test]
fn the_catalogue_itself_has_at_most_2500_characters() {
    let answer = ask("", 6000);
    assert!(answer.markdown.chars().count() <= 2500);
    assert!(
        answer.markdown.contains("`channels`"),
        "{}",
        answer.markdown
    );
    assert!(answer.hits.is_empty());
}

#[test]
fn the_same_question_gets_the_same_bytes() {
    for question in [
        "channels",
        "chanels",
        "how do I stop all tasks",
        "",
        "zzzqqq",
    ] {
        assert_eq!(ask(question, 6000).markdown, ask(question, 6000).markdown);
    }
}
