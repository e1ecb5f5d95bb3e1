//! Generated projects through real cargo: each passes its own tests, clippy and rustfmt as it is handed out.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::folders;
use crate::invoke::{cargo, ids, items, kept, text, tokio_cmd};

/// One target folder for all projects; their names tell their programs apart.
fn target() -> PathBuf {
    kept("templates-target")
}

/// The names of the tests that passed.
fn passed(output: &str) -> Vec<&str> {
    output
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... ok"))
        .collect()
}

#[test]
fn every_template_makes_a_project_that_passes_its_own_tests_clippy_and_fmt() {
    for template in ids("template") {
        let parent = TempDir::new().unwrap();
        let made = tokio_cmd(parent.path())
            .args(["new", "demo", "--format", "json", "--template", &template])
            .passes()
            .json();
        let folder = parent.path().join("demo");
        let files: Vec<_> = items(&made["files"]).map(text).collect();
        for file in ["Cargo.toml", "Cargo.lock", ".gitignore", "README.md"] {
            assert!(files.contains(&file), "{file} in {files:?}");
        }
        for file in files {
            assert!(folder.join(file).is_file(), "{template}: {file}");
        }
        assert_eq!(made["next_steps"][0], "cd demo");
        let lock = folders::read(&folder.join("Cargo.lock"));

        let tested = cargo(&folder, &target()).args(["test"]).passes();
        let passed = passed(&tested.stdout);
        assert!(!passed.is_empty(), "{template} has no tests\n{tested}");
        if template == "echo-server" {
            // The promises of the template: many clients, silent ones, and the stop under load.
            for promise in [
                "five_hundred_clients_get_everything_back",
                "a_silent_client_is_closed",
                "sigterm_under_load_loses_no_reply",
                "what_does_not_end_in_time_is_aborted",
            ] {
                assert!(passed.contains(&promise), "{promise}\n{tested}");
            }
        }
        cargo(&folder, &target())
            .args(["clippy", "--all-targets", "--", "-D", "warnings"])
            .passes();
        cargo(&folder, &target()).args(["fmt", "--check"]).passes();
        // The lock that ships is the one that its tests were run with.
        assert_eq!(folders::read(&folder.join("Cargo.lock")), lock);
    }
}

#[test]
fn a_name_with_a_dash_and_a_digit_goes_everywhere() {
    for template in ids("template") {
        let parent = TempDir::new().unwrap();
        tokio_cmd(parent.path())
            .args(["new", "sub/my-app2", "--template", &template])
            .passes();
        let folder = parent.path().join("sub/my-app2");
        cargo(&folder, &target())
            .args(["check", "--locked", "--all-targets"])
            .passes();
        let old = [template.clone(), template.replace('-', "_")];
        for (path, bytes) in folders::contents(&folder) {
            let text = String::from_utf8_lossy(&bytes);
            for old in &old {
                assert!(!text.contains(old), "{old} in {}", path.display());
            }
        }
    }
}

/// At the lowest values: where a test of the project itself stood on a default, it would show.
#[test]
fn values_take_effect_in_the_generated_program() {
    let parent = TempDir::new().unwrap();
    let values = [
        ("bind", "127.0.0.1:9009"),
        ("max_connections", "1"),
        ("idle_timeout", "1ms"),
        ("write_timeout", "2ms"),
        ("close_timeout", "3ms"),
        ("drain_deadline", "4ms"),
    ];
    let sets = values.map(|(name, value)| format!("--set={name}={value}"));
    tokio_cmd(parent.path())
        .args(["new", "tuned", "--template", "echo-server"])
        .args(&sets)
        .args(["--set", "buffer_size=1KiB"])
        .passes();
    let folder = parent.path().join("tuned");
    let cargo = |args: &[&str]| cargo(&folder, &target()).args(args);

    let help = cargo(&["run", "--quiet", "--", "--help"]).passes();
    for (name, value) in values {
        let flag = format!("--{} ", name.replace('_', "-"));
        let default = format!("[default: {value}]");
        let shown = help
            .stdout
            .lines()
            .any(|line| line.contains(&flag) && line.ends_with(&default));
        assert!(shown, "{flag}{default}\n{help}");
    }
    // No output tells the size of a buffer.
    let connection = folders::read(&folder.join("src/connection.rs"));
    assert!(
        connection.contains("const BUFFER_SIZE: usize = 1024;")
            || connection.contains("const BUFFER_SIZE: usize = 1 * 1024;"),
        "{connection}"
    );
    cargo(&["test"]).passes();
}

#[test]
fn check_and_test_of_a_template_pass() {
    let empty = TempDir::new().unwrap();
    for template in ids("template") {
        for verb in ["check", "test"] {
            let ended = tokio_cmd(empty.path())
                .args([verb, "template", &template, "--format", "json"])
                .ends();
            let report = ended.json();
            assert_eq!(ended.code, Some(0), "{verb}: {report:#}");
            let entry = &report["entries"][0];
            assert_eq!(entry["kind"], "template");
            assert_eq!(entry["id"], template.as_str());
            assert_eq!(entry["verdict"], "pass");
            assert_eq!(report["passed"], 1);
        }
    }
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}
