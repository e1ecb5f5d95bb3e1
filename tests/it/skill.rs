//! The skill that `install` writes: what Claude Code would trip over never stands in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::content::repository;
use crate::program::tokio_cmd;

const SKILL: &str = ".claude/skills/tokio/SKILL.md";

/// Runs `install` in a fresh repository and gives its files, by path below it.
fn installed() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    tokio_cmd(folder.path())
        .args(["install", "--agent", "claude"])
        .exits(0);
    let mut files = BTreeMap::new();
    read_into(folder.path(), &folder.path().join(".claude"), &mut files);
    files
}

fn read_into(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_into(root, &path, files);
        } else {
            let below = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            files.insert(below, fs::read_to_string(&path).unwrap());
        }
    }
}

fn skill() -> String {
    installed().remove(SKILL).expect("install writes it")
}

/// Frontmatter as lines of `key: value`, and the body.
fn parts(skill: &str) -> (Vec<(&str, &str)>, &str) {
    let rest = skill
        .strip_prefix("---\n")
        .expect("it begins with its frontmatter");
    let (front, body) = rest.split_once("\n---\n").expect("the frontmatter ends");
    let keys = front.lines().map(|line| line.split_once(": ").expect(line));
    (keys.collect(), body)
}

#[test]
fn the_repository_holds_the_skill_that_install_writes() {
    let mut own = BTreeMap::new();
    let folder = repository().join(".claude/skills/tokio");
    assert!(
        folder.is_dir(),
        "there is no .claude/skills/tokio: `cargo run -- install --agent claude` writes it"
    );
    read_into(repository(), &folder, &mut own);
    let written = installed();
    assert!(
        own == written,
        "`cargo run -- install --agent claude` writes other files than .claude holds:\n{own:#?}\n{written:#?}"
    );
    let old = repository().join(".claude/commands/tokio.md");
    assert!(!old.exists(), "the skill hides {}", old.display());
}

#[test]
fn the_skill_is_short() {
    let skill = skill();
    assert!(skill.chars().count() <= 1500);
    let (front, _) = parts(&skill);
    let description = front.iter().find(|(key, _)| *key == "description");
    let (_, description) = description.expect("it has a description");
    assert!((40..=300).contains(&description.chars().count()));
}

#[test]
fn the_frontmatter_holds_only_what_every_client_takes_well() {
    let skill = skill();
    let (front, _) = parts(&skill);
    let keys: Vec<_> = front.iter().map(|(key, _)| *key).collect();
    // `paths` makes it invisible, `context` sends it away from the conversation, `model` and `effort` are the user's.
    assert_eq!(
        keys,
        [
            "name",
            "description",
            "argument-hint",
            "allowed-tools",
            "license"
        ]
    );
    let value = |wanted: &str| front.iter().find(|(key, _)| *key == wanted).unwrap().1;
    assert_eq!(value("name"), "tokio", "the name is its folder's");
    assert!(
        value("argument-hint").starts_with('"'),
        "unquoted, it is a YAML list"
    );
    assert!(
        !value("description").contains(": "),
        "unquoted, it would be a YAML map"
    );
    let tools: Vec<_> = value("allowed-tools").split(") ").collect();
    for tool in &tools {
        let verb = tool.trim_end_matches(')').strip_prefix("Bash(tokio-cmd ");
        let reads = ["ask *", "list *", "show *"];
        assert!(
            verb.is_some_and(|verb| reads.contains(&verb)),
            "{tool} may change something"
        );
    }
    assert_eq!(tools.len(), 3);
}

#[test]
fn the_arguments_reach_the_program_as_data_and_nowhere_else() {
    let skill = skill();
    let (_, body) = parts(&skill);
    assert_eq!(body.matches("$ARGUMENTS").count(), 1);
    let block = body
        .split("```!\n")
        .nth(1)
        .expect("it has a block that runs");
    let block = block.split("```").next().unwrap();
    let lines: Vec<_> = block.lines().collect();
    let [command, arguments, end, last] = lines[..] else {
        panic!("another block: {block}");
    };
    // A quoted heredoc is the one form in which nothing typed is read by the shell; anything after it on its line, or a
    // pipe, is refused by the client.
    let delimiter = command.strip_prefix("tokio-cmd ask --stdin <<'");
    let delimiter = delimiter
        .and_then(|rest| rest.strip_suffix('\''))
        .expect(command);
    assert!(delimiter.len() > 12 && delimiter.contains(|c: char| c.is_ascii_digit()));
    assert_eq!((arguments, end), ("$ARGUMENTS", delimiter));
    // A program that is not found must not end the whole invocation.
    assert_eq!(last, "true");
    assert_eq!(body.matches("```!").count(), 1);
}

#[test]
fn nothing_in_the_skill_is_replaced_or_run_by_the_client() {
    let skill = skill();
    let broken = forbidden(&skill);
    assert!(broken.is_empty(), "{broken:?}");
    // The check itself sees each of them.
    for (added, what) in [
        ("costs $1", "$digit"),
        ("see !`ls`", "bang before a backtick"),
        ("paths: src", "paths:"),
        ("context: fork", "context: fork"),
        ("x 2>&1", "2>&1"),
        ("a\\ b", "backslash before a blank"),
        ("${CLAUDE_SKILL_DIR}", "variable"),
    ] {
        assert_eq!(forbidden(&format!("{skill}{added}\n")), [what]);
    }
}

fn forbidden(skill: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if skill.split('$').skip(1).any(digit) {
        found.push("$digit");
    }
    for (pattern, what) in [
        ("!`", "bang before a backtick"),
        ("paths:", "paths:"),
        ("context: fork", "context: fork"),
        ("2>&1", "2>&1"),
        ("\\ ", "backslash before a blank"),
        ("${", "variable"),
    ] {
        if skill.contains(pattern) {
            found.push(what);
        }
    }
    found
}
