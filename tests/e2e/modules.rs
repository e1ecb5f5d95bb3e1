//! What users take from the catalogue: a module copied into their crate, or a whole program in one file.

use tempfile::TempDir;

use crate::folders;
use crate::invoke::{cargo, ids, items, kept, repository, text, tokio_cmd};
use crate::overlay::Overlay;

/// A snippet whose module is made to be copied.
struct Module {
    id: String,
    topic: String,
    /// `circuit_breaker`
    stem: String,
    /// The lines of its `snippet.toml`.
    dependencies: String,
}

fn modules() -> Vec<Module> {
    let anywhere = repository();
    let modules = ids("snippet").into_iter().filter_map(|id| {
        let shown = tokio_cmd(anywhere)
            .args(["show", "snippet", &id, "--format", "json"])
            .passes()
            .json();
        let entry = &shown["entries"][0];
        let file = items(&entry["files"])
            .map(|file| text(&file["path"]))
            .find(|path| *path != "main.rs")?;
        let mut tables = [
            "[dependencies]\n".to_owned(),
            "[dev-dependencies]\n".to_owned(),
        ];
        for dependency in items(&entry["dependencies"]) {
            tables[usize::from(dependency["dev"] == true)] += &format!(
                "{} = {{ version = {}, features = {} }}\n",
                text(&dependency["name"]),
                dependency["version"],
                dependency["features"]
            );
        }
        Some(Module {
            topic: text(&entry["topics"][0]).to_owned(),
            stem: file.trim_end_matches(".rs").to_owned(),
            dependencies: tables.concat(),
            id,
        })
    });
    let modules: Vec<_> = modules.collect();
    assert!(!modules.is_empty());
    modules
}

/// `show --form program`: one file is the whole program, does what the two files did, and needs no more than they.
#[test]
fn a_module_inlined_into_its_program_is_a_whole_program() {
    let overlay = Overlay::new();
    let (mut bare, mut with_tests) = (Vec::new(), Vec::new());
    for module in modules() {
        let program = |more: &[&str]| {
            tokio_cmd(repository())
                .args(["show", "snippet", &module.id])
                .args(["--form", "program", "--code-only"])
                .args(more)
                .passes()
                .stdout
        };
        let folder = repository().join("snippets").join(&module.topic);
        let expected = folders::read(&folder.join(&module.id).join("stdout.txt"));
        for (kind, main, names) in [
            ("bare", program(&[]), &mut bare),
            ("tested", program(&["--with-tests"]), &mut with_tests),
        ] {
            let name = format!("{}-{kind}", module.id);
            overlay.write(&name, "main.rs", &main);
            overlay.write(&name, "snippet.toml", &module.dependencies);
            overlay.write(&name, "stdout.txt", &expected);
            names.push(format!("team:{name}"));
        }
    }
    // The tests have gone with the module; what is left must be free of warnings without them.
    let ended = overlay
        .tokio_cmd()
        .args(["check", "--format", "json", "snippet"])
        .args(&bare)
        .ends();
    let report = ended.json();
    let said: Vec<_> = items(&report["entries"])
        .filter(|entry| entry["verdict"] != "pass" || entry["diagnostics"] != serde_json::json!([]))
        .collect();
    assert!(said.is_empty(), "{said:#?}");
    assert_eq!(report["passed"], bare.len());

    let ended = overlay
        .tokio_cmd()
        .args(["test", "--format", "json", "snippet"])
        .args(&with_tests)
        .ends();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ended.json()["passed"], with_tests.len());
}

/// `add`: what it copies and what it prints is all that a crate needs.
#[test]
fn every_module_lands_in_a_crate_and_passes_its_tests_there() {
    let fixture = TempDir::new().unwrap();
    let fixture = fixture.path();
    // The crates of the family are fetched with its lock file; cargo drops from a lock what is not needed.
    tokio_cmd(fixture).args(["check", "timeouts"]).passes();
    let lock = folders::read(&repository().join("snippets/families/core/Cargo.lock"));
    folders::write(&fixture.join("Cargo.lock"), &lock);
    folders::write(
        &fixture.join("Cargo.toml"),
        "[package]\nname = \"fixture\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    folders::write(&fixture.join("src/lib.rs"), "");

    let modules = modules();
    let mut lines = String::new();
    for module in &modules {
        let added = tokio_cmd(fixture)
            .args(["add", &module.id, "--format", "json"])
            .passes()
            .json();
        assert_eq!(added["path"], format!("src/{}.rs", module.stem));
        lines += &format!("{}\n", text(&added["mod_line"]));
        for line in items(&added["cargo_add"]) {
            let words: Vec<_> = text(line).split(' ').collect();
            assert_eq!(words[0], "cargo", "{line}");
            cargo(fixture, &kept("fixture-target"))
                .args(&words[1..])
                .args(["--offline", "--quiet"])
                .passes();
        }
    }
    folders::write(&fixture.join("src/lib.rs"), &lines);

    let tested = cargo(fixture, &kept("fixture-target"))
        .args(["test", "--offline"])
        .passes();
    for module in &modules {
        let ran = format!("test {}::tests::", module.stem);
        assert!(tested.stdout.contains(&ran), "{ran}\n{tested}");
    }
}
