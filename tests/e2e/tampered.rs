//! A proof that cannot fail proves nothing: entries that are wrong in one way each.

use crate::folders;
use crate::invoke::{items, repository, text};
use crate::overlay::Overlay;

/// An entry of the catalogue as it is, and with one thing wrong.
fn tampered() -> Overlay {
    let overlay = Overlay::new();
    let entry = repository().join("snippets/time/time-interval");
    overlay.copy(&entry, "right");
    let with = |name: &str, path: &str, change: &dyn Fn(String) -> String| {
        let path = overlay.copy(&entry, name).join(path);
        folders::write(&path, &change(folders::read(&path)));
    };
    with("wrong-output", "stdout.txt", &|text| text + "tick 4\n");
    with("failing-test", "main.rs", &|text| {
        text + "#[test]\nfn is_wrong() { assert_eq!(1, 2); }\n"
    });
    with("failing-program", "main.rs", &|text| {
        text.replace("println!(", "panic!(")
    });
    with("does-not-compile", "main.rs", &|text| {
        text + "const LAST: u8 = lost;\n"
    });
    with("harmless-mistake", "mistakes/zero-period.rs", &|_| {
        "fn main() {}\n".to_owned()
    });
    with("other-words", "snippet.toml", &|text| {
        text.replace("5 requests at once", "6 requests at once")
    });
    // Right with the value that stands in the file, and only with that.
    for (name, in_the_program, in_the_test) in [
        ("other-value", "assert_eq!(STEPS, 3);", ""),
        ("other-value-tests", "", "assert_eq!(STEPS, 3);"),
    ] {
        let main = format!(
            "//! Steps.\n/// How many.\nconst STEPS: u32 = 3;\n\
             fn main() {{ {in_the_program} println!(\"{{}}\", STEPS.min(3)); }}\n\
             #[test]\nfn steps() {{ {in_the_test} }}\n"
        );
        overlay.write(name, "main.rs", &main);
        overlay.write(name, "stdout.txt", "3\n");
        let parameters = "[parameters]\nsteps = { const = \"STEPS\", kind = \"u32\", min = 1 }\n";
        overlay.write(name, "snippet.toml", parameters);
    }
    overlay
}

#[test]
fn an_entry_that_is_wrong_fails_and_says_where() {
    // What must be found in which of its entries; nothing else may be.
    let expected = [
        ("team:does-not-compile", "the program does not pass"),
        ("team:failing-program", "the program ended with code 101"),
        ("team:failing-test", "the tests: ended with code 101"),
        (
            "team:harmless-mistake/zero-period",
            "the mistake should panic with",
        ),
        (
            "team:other-value",
            "the program with steps=4: ended with code 101",
        ),
        (
            "team:other-value-tests",
            "the tests with steps=4: ended with code 101",
        ),
        (
            "team:other-words/burst",
            "the mistake should print `6 requests at once`",
        ),
        (
            "team:wrong-output",
            "the program does not print what stdout.txt says",
        ),
    ];
    let ended = tampered()
        .tokio_cmd()
        .args(["test", "--format", "json", "snippet", "team:right"])
        .args(expected.map(|(id, _)| id.split('/').next().unwrap()))
        .ends();
    assert_eq!(ended.code, Some(1), "{ended}");
    let report = ended.json();
    let failed: Vec<_> = items(&report["entries"])
        .filter(|entry| entry["verdict"] != "pass")
        .collect();
    let failed_ids: Vec<_> = failed.iter().map(|entry| text(&entry["id"])).collect();
    assert_eq!(failed_ids, expected.map(|(id, _)| id), "{failed:#?}");
    assert_eq!(report["failed"], expected.len());
    for (entry, (_, finding)) in failed.iter().zip(expected) {
        assert_eq!(entry["verdict"], "fail", "{entry:#}");
        assert!(
            text(&entry["findings"][0]).starts_with(finding),
            "{entry:#}"
        );
    }
    // What the compiler says stands at the entry's own file and line.
    let diagnostic = &failed[0]["diagnostics"][0];
    let file = ".tokio-cmd/snippets/team/does-not-compile/main.rs";
    assert_eq!(diagnostic["code"], "E0425", "{diagnostic:#}");
    assert_eq!(diagnostic["file"], file, "{diagnostic:#}");
    let lines = folders::read(&repository().join("snippets/time/time-interval/main.rs"));
    assert_eq!(diagnostic["line"], lines.lines().count() + 1);
}

#[test]
fn a_failed_proof_is_told_in_words() {
    let ended = tampered()
        .tokio_cmd()
        .args(["test", "snippet", "team:wrong-output"])
        .ends();
    assert_eq!(ended.code, Some(1), "{ended}");
    for part in [
        "FAIL team:wrong-output (",
        "\n    the program does not print what stdout.txt says\n",
        "\n    tick 4\n",
        "\npass team:wrong-output/zero-period (",
        "\n4 proven with ",
        ": 3 passed, 1 failed\n",
    ] {
        assert!(ended.stdout.contains(part), "{part:?}\n{ended}");
    }
}

/// A name, which says whether the rest is right; how it fails, what its manifest says beside, and the program.
type Mistake = (&'static str, &'static str, &'static str, &'static str);

const UNKNOWN_NAME: &str = "fn main() { x; }";
const HARMLESS: &str = "fn main() {}";
const FUTURE_DROPPED: &str = "async fn f() {}\nfn main() { let _ = f(); }";
const LINT: &str = "lint = \"clippy::let_underscore_future\"\nmessage = \"on a future\"";
const GOES_ON: &str = "\
fn main() {
    println!(\"reached\");
    for _ in 0..50 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        println!(\"on\");
    }
}";

#[rustfmt::skip]
const MISTAKES: [Mistake; 14] = [
    ("compile-right", "compile", "code = \"E0425\"\nmessage = \"value `x` in\"", UNKNOWN_NAME),
    ("compile-not-at-all", "compile", "code = \"E0425\"\nmessage = \"value `x` in\"", HARMLESS),
    ("compile-other-code", "compile", "code = \"E0308\"\nmessage = \"value `x` in\"", UNKNOWN_NAME),
    ("compile-other-words", "compile", "code = \"E0425\"\nmessage = \"value `y` in\"", UNKNOWN_NAME),
    ("lint-right", "lint", LINT, FUTURE_DROPPED),
    ("lint-clean", "lint", LINT, HARMLESS),
    ("hang-right", "hang", "", "fn main() { println!(\"reached\"); loop { std::thread::park(); } }"),
    ("hang-ends", "hang", "", "fn main() { println!(\"reached\"); }"),
    ("hang-goes-on", "hang", "", GOES_ON),
    ("panic-right", "panic", "message = \"no [..]\"", "fn main() { panic!(\"no 1\") }"),
    ("panic-other", "panic", "message = \"no [..]\"", "fn main() { panic!(\"yes\") }"),
    ("panic-exits", "panic", "message = \"no\"", "fn main() { eprintln!(\"no\"); std::process::exit(1) }"),
    ("output-right", "output", "message = \"lost [..] of 3\"", "fn main() { println!(\"lost 2 of 3\") }"),
    ("output-other", "output", "message = \"lost [..] of 3\"", "fn main() { println!(\"lost none\") }"),
];

#[test]
fn a_mistake_must_fail_in_the_very_way_that_it_says() {
    let overlay = Overlay::new();
    let manifest = MISTAKES.map(|(stem, fails, says, _)| {
        format!(
            "[[mistake]]\nfile = \"{stem}.rs\"\nfails = \"{fails}\"\nwhy = \"A test.\"\n{says}\n"
        )
    });
    overlay.write("mistaken", "snippet.toml", &manifest.concat());
    overlay.write("mistaken", "stdout.txt", "");
    let right = "//! Right.\nfn main() {}\n#[test]\nfn passes() {}\n";
    overlay.write("mistaken", "main.rs", right);
    for (stem, _, _, program) in MISTAKES {
        overlay.write("mistaken", &format!("mistakes/{stem}.rs"), program);
    }
    let ended = overlay
        .tokio_cmd()
        .args(["test", "team:mistaken", "--format", "json"])
        .ends();
    let report = ended.json();
    let wrong: Vec<_> = items(&report["entries"])
        .filter(|entry| {
            let id = text(&entry["id"]);
            let is_right = id.ends_with("-right") || id == "team:mistaken";
            entry["verdict"] != if is_right { "pass" } else { "fail" }
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(items(&report["entries"]).count(), MISTAKES.len() + 1);
    assert_eq!(ended.code, Some(1), "{ended}");
}

/// They are built and run several at once, and cargo would put the programs of all into one folder under one name.
#[test]
fn entries_that_are_proven_at_once_are_not_taken_for_each_other() {
    let overlay = Overlay::new();
    let names: Vec<_> = (0..6).map(|number| format!("entry-{number}")).collect();
    for name in &names {
        let main = format!(
            "//! Says its name.\nfn main() {{ println!(\"{name}\"); }}\n#[test]\nfn passes() {{}}\n"
        );
        overlay.write(name, "main.rs", &main);
        overlay.write(name, "snippet.toml", "");
        overlay.write(name, "stdout.txt", &format!("{name}\n"));
    }
    let ended = overlay
        .tokio_cmd()
        .args(["test", "snippet", "--repeat", "3"])
        .args(names.iter().map(|name| format!("team:{name}")))
        .ends();
    assert_eq!(ended.code, Some(0), "{ended}");
}
