//! Every command line that a page names parses, and what it names is there.

mod lines;

use clap::Parser;
use clap::error::ErrorKind;
use tokio_cmd::catalog::Catalog;
use tokio_cmd::catalog::lookup::{Found, Sort};
use tokio_cmd::cli::{Cli, Command};
use tokio_cmd::render::parameters;

use crate::answers::ask;
use crate::content::{Complaints, files_below, ids, sets, text_of};
use lines::{code_spans, command_lines, filled, words};

/// Pages of the repository itself.
const PAGES: [&str; 4] = [
    "README.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
];

#[test]
fn every_command_line_in_the_pages_parses_and_names_what_is_there() {
    let mut broken = Complaints::default();
    let mut cited = 0;
    let mut check = |name: &str, text: &str| {
        for line in command_lines(text) {
            cited += 1;
            if let Err(why) = holds(&line) {
                broken.add(format!("{name}: `{line}`: {why}"));
            }
        }
    };
    for page in PAGES {
        check(page, &text_of(page));
    }
    for (path, _) in files_below("snippets") {
        let full = format!("snippets/{path}");
        if path.ends_with("README.md") || path.ends_with(".toml") {
            check(&full, &text_of(&full));
        }
    }
    for (path, _) in files_below("templates") {
        let full = format!("templates/{path}");
        check(&full, &filled(&text_of(&full), '«', '»'));
    }
    // The program's own words: hints and notes. `{name}` stands there for what is filled in.
    for (path, _) in files_below("src") {
        let full = format!("src/{path}");
        check(&full, &filled(&text_of(&full), '{', '}'));
    }
    broken.must_be_none("a command line that is named can be typed");
    assert!(cited > 40, "only {cited} command lines were found");
}

#[test]
fn every_command_line_in_an_answer_can_be_typed_as_it_stands() {
    let mut broken = Complaints::default();
    for id in ids() {
        let markdown = ask(id, 9500).markdown;
        let lines = command_lines(&markdown);
        broken.unless(!lines.is_empty(), || format!("{id} names no next command"));
        for line in lines {
            if let Err(why) = holds(&line) {
                broken.add(format!("{id}: `{line}`: {why}"));
            }
        }
    }
    broken.must_be_none("an answer's commands can be typed");
}

#[test]
fn every_id_in_a_page_is_there() {
    let known = ids();
    let mut broken = Complaints::default();
    let mut named = 0;
    for (path, _) in files_below("snippets") {
        if !path.ends_with("README.md") || !path.contains('/') {
            continue;
        }
        for span in code_spans(&text_of(&format!("snippets/{path}"))) {
            if !looks_like_an_id(&span) {
                continue;
            }
            named += 1;
            broken.unless(
                known.contains(&span.as_str()) || is_a_crates_word(&span),
                || format!("snippets/{path}: `{span}`"),
            );
        }
    }
    broken.must_be_none("an id that a page names is there");
    assert!(named > 100, "only {named} ids were found");
}

/// Pages about more than the catalogue name other things in the same form, so that here only what all but is an id is one.
#[test]
fn no_page_names_an_id_with_a_typo() {
    let known = ids();
    let mut broken = Complaints::default();
    let templates = files_below("templates").into_iter();
    let templates = templates.map(|(path, _)| format!("templates/{path}"));
    let pages = PAGES.map(str::to_owned).into_iter();
    for page in pages
        .chain(["snippets/README.md".to_owned()])
        .chain(templates)
    {
        for span in code_spans(&text_of(&page)) {
            if !looks_like_an_id(&span) || known.contains(&span.as_str()) {
                continue;
            }
            let snippet = span.split('/').next().unwrap_or_default();
            let meant = known
                .iter()
                .find(|id| strsim::damerau_levenshtein(id, &span) <= 2);
            broken.unless(meant.is_none() && !known.contains(&snippet), || {
                format!("{page}: `{span}`; was {meant:?} meant?")
            });
        }
    }
    broken.must_be_none("an id that a page names is there");
}

/// Lower-case words with a hyphen or a slash between them.
fn looks_like_an_id(span: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    span.contains(['-', '/'])
        && span.chars().all(|c| word(c) || matches!(c, '-' | '/'))
        && span.starts_with(word)
        && span.ends_with(word)
}

/// Names of crates and features, which look the same.
fn is_a_crates_word(span: &str) -> bool {
    let features = [
        "rt-multi-thread",
        "test-util",
        "io-util",
        "io-std",
        "current-thread",
        "multi-thread",
    ];
    features.contains(&span)
        || span.starts_with("tokio-")
        || matches!(span, "futures-util" | "console-subscriber")
}

/// A name that stands for any: `NAME`, `ID`, `NAME=VALUE`.
fn is_placeholder(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '=' | '/'))
}

/// Whether a command line parses and every name in it is there.
fn holds(line: &str) -> Result<(), String> {
    let words = words(line).into_iter().map(|word| match word.as_str() {
        // Where only certain words are taken, one of them stands for the placeholder.
        "SHELL" => "bash".to_owned(),
        "N" => "3000".to_owned(),
        _ => word,
    });
    match Cli::try_parse_from(words) {
        Ok(cli) => names_what_is_there(&cli.command),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(()),
            _ => Err(first_line(&error.to_string())),
        },
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn names_what_is_there(command: &Command) -> Result<(), String> {
    let one = std::slice::from_ref;
    let (words, usual, settings): (&[String], Option<Sort>, &[String]) = match command {
        Command::Show(show) => (&show.name, None, &show.set),
        Command::Run(run) => (&run.name, None, &run.set),
        Command::Check(check) => (&check.names, Some(Sort::Snippet), &check.set),
        Command::Test(test) => (&test.names, Some(Sort::Snippet), &[]),
        Command::Add(add) => (one(&add.name), Some(Sort::Snippet), &add.set),
        Command::New(new) => (one(&new.template), Some(Sort::Template), &new.set),
        Command::List(list) => (list.topic.as_slice(), Some(Sort::Topic), &[]),
        _ => return Ok(()),
    };
    let noun = words.first().filter(|_| words.len() > 1);
    let noun = noun.and_then(|noun| Sort::ALL.into_iter().find(|sort| sort.name() == noun));
    let names = if noun.is_some() { &words[1..] } else { words };
    let catalog = Catalog::new(std::env::temp_dir());
    for name in names.iter().filter(|name| !is_placeholder(name)) {
        let found = catalog.one(noun.or(usual), name);
        let found = found.map_err(|problem| problem.message)?;
        match (command, &found) {
            (Command::Add(_), Found::Snippet(snippet)) if snippet.module.is_none() => {
                return Err("it is no module".to_owned());
            }
            (Command::Run(_), Found::Topic(_) | Found::Template(_)) => {
                return Err("it cannot be run".to_owned());
            }
            _ => are_taken(settings, &found)?,
        }
    }
    Ok(())
}

/// Whether an entry has these parameters and takes these values.
fn are_taken(settings: &[String], found: &Found<'_>) -> Result<(), String> {
    let settings: Vec<_> = settings
        .iter()
        .filter(|set| !is_placeholder(set))
        .cloned()
        .collect();
    let set_of = |name: String| sets().into_iter().find(|set| set.name == name);
    let Some(set) = set_of(format!("{} {}", found.sort().name(), found.id())) else {
        return Ok(());
    };
    let all = parameters::find(&set.parameters, &set.files).unwrap();
    parameters::settings(found.id(), &all, &settings)
        .map(drop)
        .map_err(|problem| problem.message)
}

#[test]
fn a_command_line_that_cannot_be_typed_is_seen() {
    let text = "Try `tokio-cmd show no-such`.\n\n```console\n$ X=1 tokio-cmd lst && tokio-cmd add timeouts\n```\n";
    let found = command_lines(text);
    assert_eq!(
        found,
        [
            "tokio-cmd show no-such",
            "tokio-cmd lst",
            "tokio-cmd add timeouts"
        ]
    );
    for line in found.iter().map(String::as_str).chain([
        "tokio-cmd run snippet timeouts --set no_such=1",
        "tokio-cmd show timeouts --wrong",
        "tokio-cmd new --template no-such NAME",
        "tokio-cmd show topic timeouts",
        "tokio-cmd run topic channels",
        "tokio-cmd new --template echo-server NAME --set max_connections=0",
    ]) {
        assert!(holds(line).is_err(), "{line}");
    }
    for line in [
        "tokio-cmd ask -- 'why; does' it <<'EOF'",
        "tokio-cmd show ID --set NAME=VALUE",
        "tokio-cmd show topic channels | less",
        "tokio-cmd completions SHELL",
        "tokio-cmd run channels-mpsc/zero-capacity",
        "tokio-cmd new --template echo-server NAME --set bind=127.0.0.1:0",
    ] {
        assert_eq!(holds(line), Ok(()), "{line}");
    }
}
