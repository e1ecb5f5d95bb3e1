//! A team's own entries: their diagnostics stand at their own lines, and they never speak for the catalogue.

use serde_json::Value;

use super::shell::entry;
use crate::invoke::{items, text};
use crate::overlay::Overlay;

const WRONG: &str = "//! Wrong at two lines.

/// How many.
const COUNT: usize = 3;

fn main() {
    let unused = COUNT;
    let wrong: u8 = \"text\";
    assert_eq!(Plain, Plain);
    println!(\"{}\", [COUNT].join(wrong).no());
}

struct Plain;
";

fn wrong() -> Overlay {
    let overlay = entry("wrong", WRONG);
    overlay.write(
        "wrong",
        "snippet.toml",
        "[parameters]\ncount = { const = \"COUNT\", kind = \"usize\", min = 1, max = 9 }\n",
    );
    overlay
}

/// The place and the code of each diagnostic.
fn places(diagnostics: &Value) -> Vec<(String, u64, String)> {
    let place = |found: &Value| {
        let code = found["code"].as_str().unwrap_or_default();
        assert_eq!(
            found["file"], ".tokio-cmd/snippets/team/wrong/main.rs",
            "{found:#}"
        );
        (
            text(&found["level"]).to_owned(),
            found["line"].as_u64().unwrap(),
            code.to_owned(),
        )
    };
    items(diagnostics).map(place).collect()
}

#[test]
fn diagnostics_stand_at_the_entrys_own_lines() {
    let overlay = wrong();
    for options in [&[][..], &["--set", "count=7"]] {
        let ended = overlay
            .tokio_cmd()
            .args(["check", "team:wrong", "--format", "json"])
            .args(options)
            .ends();
        assert_eq!(ended.code, Some(1), "{ended}");
        let report = ended.json();
        let found = places(&report["entries"][0]["diagnostics"]);
        // The second is found in a macro of the standard library.
        for expected in [(8, "E0308"), (9, "E0369"), (10, "E0599")] {
            assert!(
                found
                    .iter()
                    .any(|(level, line, code)| level == "error"
                        && (*line, code.as_str()) == expected),
                "{expected:?} in {found:?}"
            );
        }
        let rendered = text(&report["entries"][0]["diagnostics"][0]["rendered"]);
        assert!(
            rendered.contains("--> .tokio-cmd/snippets/team/wrong/main.rs:"),
            "{rendered}"
        );
    }
    // A warning alone is told and passes.
    let warned = entry(
        "wrong",
        "//! Warns.\n\nfn main() {\n    let unused = 1;\n}\n",
    );
    let ended = warned
        .tokio_cmd()
        .args(["check", "team:wrong", "--format", "json"])
        .passes();
    let found = places(&ended.json()["entries"][0]["diagnostics"]);
    assert_eq!(
        found,
        [("warning".to_owned(), 4, "unused_variables".to_owned())]
    );
}

#[test]
fn a_program_that_was_not_built_is_no_program_that_failed() {
    let overlay = wrong();
    let ended = overlay.tokio_cmd().args(["run", "team:wrong"]).ends();
    assert_eq!(ended.code, Some(125), "{ended}");
    assert_eq!(ended.stdout, "");
    for words in [
        "error[E0308]: mismatched types",
        "--> .tokio-cmd/snippets/team/wrong/main.rs:8:21",
        "`team:wrong` was not built",
    ] {
        assert!(ended.stderr.contains(words), "{words:?}\n{ended}");
    }
    let ended = overlay
        .tokio_cmd()
        .args(["run", "team:wrong", "--format", "json"])
        .ends();
    let report = ended.json();
    assert_eq!(
        (ended.code, &report["outcome"]),
        (Some(125), &"not-built".into())
    );
    assert!(places(&report["diagnostics"]).len() >= 3, "{report:#}");
}

#[test]
fn an_entry_is_built_only_when_it_is_asked_for() {
    let overlay = wrong();
    let check = |options: &[&str]| {
        let ended = overlay
            .tokio_cmd()
            .args(["check", "--all", "--format", "json"])
            .args(options)
            .ends();
        let report = ended.json();
        let ids = items(&report["entries"]).map(|entry| text(&entry["id"]).to_owned());
        let ids: Vec<_> = ids.filter(|id| id.starts_with("team:")).collect();
        (ended.code, ids)
    };
    assert_eq!(check(&[]), (Some(0), Vec::new()));
    assert_eq!(
        check(&["--overlay"]),
        (Some(1), vec!["team:wrong".to_owned()])
    );
}

#[test]
fn an_entry_never_speaks_in_the_catalogues_name() {
    // It takes a name of the catalogue's, and brings a proof of its own making.
    let overlay = entry(
        "timeouts",
        "//! Claims to be proven.\nfn main() { println!(\"the team's\"); }\n",
    );
    overlay.write(
        "timeouts",
        "proof.toml",
        "hash = \"0\"\ntokio = \"9.9.9\"\nrustc = \"9.9.9\"\ndate = \"2099-01-01\"\nproven = [\"all\"]\n",
    );
    let run = |name: &str| overlay.tokio_cmd().args(["run", name]).passes().stdout;
    assert!(run("timeouts").starts_with("fast: done\n"));
    assert_eq!(run("team:timeouts"), "the team's\n");
    let shown = overlay.tokio_cmd().args(["show", "team:timeouts"]).passes();
    assert!(shown.stdout.contains("nothing of it is proven"), "{shown}");
    assert!(
        !shown.stdout.contains("9.9.9") && !shown.stdout.contains("2099"),
        "{shown}"
    );
}
