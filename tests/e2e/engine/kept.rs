//! What is kept belongs to exactly one content, toolchain, lock file and set of features.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::lacking::tool;
use super::shell::entry;
use crate::invoke::{Invocation, tokio_cmd};
use crate::overlay::Overlay;

/// What `run` reports, and that it was built or kept as it should be.
fn reported(invocation: Invocation, kept: bool) -> Value {
    let ended = invocation.args(["--format", "json"]).ends();
    let report = ended.json();
    assert_eq!(report["cached"], kept, "{ended}");
    report
}

fn run(overlay: &Overlay) -> Invocation {
    overlay.tokio_cmd().args(["run", "team:it"])
}

#[test]
fn another_content_is_another_program() {
    let cache = TempDir::new().unwrap();
    let main = |word: &str| {
        format!(
            "//! Says a word.\nfn main() {{ println!(\"{{}} {{}}\", \"{word}\", include_str!(\"data.txt\")); }}\n"
        )
    };
    let overlay = entry("it", &main("one"));
    let run = || run(&overlay).env("TOKIO_CMD_CACHE", cache.path());
    overlay.write("it", "data.txt", "1");
    assert_eq!(reported(run(), false)["stdout"], "one 1\n");
    assert_eq!(reported(run(), true)["stdout"], "one 1\n");

    overlay.write("it", "main.rs", &main("two"));
    assert_eq!(reported(run(), false)["stdout"], "two 1\n");
    // What is no Rust may be part of the program, too.
    overlay.write("it", "data.txt", "2");
    assert_eq!(reported(run(), false)["stdout"], "two 2\n");

    overlay.write("it", "main.rs", &main("one"));
    overlay.write("it", "data.txt", "1");
    assert_eq!(reported(run(), true)["stdout"], "one 1\n");
    assert_eq!(
        reported(run().args(["--fresh"]), false)["stdout"],
        "one 1\n"
    );
    assert_eq!(reported(run(), true)["stdout"], "one 1\n");
}

#[test]
fn another_value_or_verb_is_another_result() {
    let folder = TempDir::new().unwrap();
    let run = |value: &str, more: &[&str]| {
        tokio_cmd(folder.path())
            .args(["run", "timeouts", "--set"])
            .args([format!("timeout={value}")])
            .args(more)
    };
    for (value, more) in [
        ("41ms", &["--fresh"][..]),
        ("42ms", &["--fresh"]),
        ("41ms", &[]),
        ("42ms", &[]),
    ] {
        let report = reported(run(value, more), more.is_empty());
        let said = report["stdout"].as_str().unwrap();
        assert!(
            said.contains(&format!("slow: timed out at {value}\n")),
            "{said}"
        );
    }
}

#[test]
fn what_did_not_compile_is_kept_as_well_and_told_again() {
    let cache = TempDir::new().unwrap();
    let overlay = entry("it", "//! Wrong.\nfn main() { let x: u8 = \"\"; }\n");
    let run = || run(&overlay).env("TOKIO_CMD_CACHE", cache.path());
    let first = reported(run(), false);
    let second = reported(run(), true);
    assert_eq!(first["outcome"], "not-built");
    assert_eq!(first["diagnostics"][0]["code"], "E0308");
    assert_eq!(first["diagnostics"], second["diagnostics"]);
    // `check` asks something else of the same file.
    let ended = overlay
        .tokio_cmd()
        .env("TOKIO_CMD_CACHE", cache.path())
        .args(["check", "team:it", "--format", "json"])
        .ends();
    assert_eq!(ended.code, Some(1), "{ended}");
    assert_eq!(ended.json()["entries"][0]["cached"], false, "{ended}");
}

#[test]
fn other_features_are_another_program() {
    let cache = TempDir::new().unwrap();
    let overlay = entry(
        "it",
        "//! Needs time.\nfn main() { let _ = std::any::type_name::<tokio::time::Instant>(); }\n",
    );
    let needs = |features: &str| {
        overlay.write(
            "it",
            "snippet.toml",
            &format!("[dependencies]\ntokio = {{ workspace = true, features = [{features}] }}\n"),
        );
    };
    let run = || run(&overlay).env("TOKIO_CMD_CACHE", cache.path());
    needs("\"time\"");
    assert_eq!(reported(run(), false)["outcome"], "exited");
    needs("\"sync\"");
    let report = reported(run(), false);
    assert_eq!(report["outcome"], "not-built");
    assert_eq!(report["diagnostics"][0]["code"], "E0433", "{report}");
    needs("\"time\"");
    assert_eq!(reported(run(), true)["outcome"], "exited");
}

#[test]
fn another_toolchain_is_not_believed_to_be_this_one() {
    let tools = TempDir::new().unwrap();
    let cache = TempDir::new().unwrap();
    let overlay = entry("it", "//! Says it.\nfn main() { println!(\"it\"); }\n");
    let run = |path: &Path| {
        let users = std::env::var("PATH").unwrap();
        run(&overlay)
            .env("TOKIO_CMD_CACHE", cache.path())
            .env("PATH", format!("{}:{users}", path.display()))
    };
    let none = Path::new("/none");
    reported(run(none), false);
    reported(run(none), true);
    // The same compiler, but of a date of its own.
    tool(
        tools.path(),
        "rustc",
        "PATH=\"${PATH#*:}\"
rustc \"$@\" | sed 's/^commit-date: .*/commit-date: 2001-01-01/'\n",
    );
    reported(run(tools.path()), false);
    reported(run(tools.path()), true);
    reported(run(none), true);
}

#[test]
fn a_compiler_that_is_killed_gives_no_verdict() {
    let tools = TempDir::new().unwrap();
    let cache = TempDir::new().unwrap();
    let overlay = entry("it", "//! Says it.\nfn main() { println!(\"it\"); }\n");
    let check = || {
        let users = std::env::var("PATH").unwrap();
        overlay
            .tokio_cmd()
            .args(["check", "team:it"])
            .env("TOKIO_CMD_CACHE", cache.path())
            .env("PATH", format!("{}:{users}", tools.path().display()))
    };
    // It answers questions about itself, and its own folder holds a compiler that is killed at its work.
    let sysroot = tools.path().join("sysroot");
    tool(
        tools.path(),
        "rustc",
        &format!(
            "[ \"$1\" = --print ] && {{ echo {}; exit; }}\nPATH=\"${{PATH#*:}}\"\nexec rustc \"$@\"\n",
            sysroot.display()
        ),
    );
    let killed = |kill: &str| {
        tool(
            &sysroot.join("bin"),
            "rustc",
            &format!(
                "case \"$*\" in *alone_*) {kill};; esac\nPATH=\"${{PATH#*:}}\"\nPATH=\"${{PATH#*:}}\"\nexec rustc \"$@\"\n"
            ),
        );
    };
    killed("kill -KILL $$");
    for _ in 0..2 {
        let ended = check().ends();
        assert_eq!(ended.code, Some(4), "{ended}");
        assert!(ended.stderr.contains("was ended by a signal"), "{ended}");
    }
    killed(":");
    let ended = check().ends();
    assert_eq!(ended.code, Some(0), "{ended}");
}
