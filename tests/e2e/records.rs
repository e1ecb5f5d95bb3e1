//! The proof record: what `test --record` writes beside a snippet, and when it does not.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio_cmd::catalog::entry::{self, Entry};
use tokio_cmd::catalog::lookup;
use tokio_cmd::catalog::manifest::Proof;
use tokio_cmd::scratch;

use crate::folders;
use crate::invoke::{self, Ended, repository, tokio_cmd};

/// A copy of the content, as someone has it who works on it.
struct Content(TempDir);

impl Content {
    fn copy() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        folders::copy(&repository().join("snippets"), folder.path());
        Self(folder)
    }

    fn timeouts(&self) -> PathBuf {
        self.0.path().join("time/timeouts")
    }

    /// Where the record of `timeouts` lies.
    fn proof(&self) -> PathBuf {
        self.timeouts().join("proof.toml")
    }

    fn record(&self) -> Ended {
        tokio_cmd(self.0.path())
            .args(["test", "timeouts", "--format", "json", "--record"])
            .args([self.0.path()])
            .ends()
    }

    /// Records, which must work; gives the text.
    fn recorded(&self) -> String {
        let ended = self.record();
        assert_eq!(ended.code, Some(0), "{ended}");
        folders::read(&self.proof())
    }
}

#[test]
fn a_record_says_what_was_proven_with_what_and_for_which_files() {
    let content = Content::copy();
    // The repository may hold one already; this test is about a new one.
    let _ = std::fs::remove_file(content.proof());
    let before = folders::contents(content.0.path());

    let written = content.recorded();
    let proof: Proof = toml::from_str(&written).unwrap();
    let timeouts = Entry::read(lookup::snippet("timeouts").unwrap()).unwrap();
    assert_eq!(proof.hash, scratch::hash(&timeouts));
    let tokio = &entry::workspace().unwrap().workspace.dependencies["tokio"];
    assert_eq!(Some(proof.tokio), tokio.table().version);
    let rustc = invoke::start(Path::new("rustc"), content.0.path())
        .args(["-V"])
        .passes()
        .stdout;
    assert!(
        rustc.starts_with(&format!("rustc {} ", proof.rustc)),
        "{rustc}"
    );
    let parts: Vec<_> = proof.date.split('-').map(str::len).collect();
    assert_eq!(parts, [4, 2, 2], "{}", proof.date);
    let mistakes = timeouts.manifest.mistake.len();
    let proven = [
        "compiled",
        "linted",
        "run",
        "tested",
        &format!("{mistakes} mistakes fail as they say"),
    ];
    assert_eq!(proof.proven, proven);

    // Nothing else was touched.
    let mut after = folders::contents(content.0.path());
    after.remove(Path::new("time/timeouts/proof.toml"));
    assert_eq!(after, before);
}

#[test]
fn a_record_that_holds_is_left_as_it_is_and_its_date_goes_with_its_hash() {
    let content = Content::copy();
    let written = content.recorded();
    let proof: Proof = toml::from_str(&written).unwrap();

    let of_another_day = written.replace(&proof.date, "2001-02-03");
    folders::write(&content.proof(), &of_another_day);
    assert_eq!(content.recorded(), of_another_day);

    // With another compiler it holds no more, but the files are those of that day.
    let of_another_rustc = of_another_day.replace(&proof.rustc, "1.0.0");
    folders::write(&content.proof(), &of_another_rustc);
    assert_eq!(content.recorded(), of_another_day);

    let of_other_files = of_another_day.replace(&proof.hash, &"0".repeat(proof.hash.len()));
    folders::write(&content.proof(), &of_other_files);
    let renewed: Proof = toml::from_str(&content.recorded()).unwrap();
    assert_eq!(renewed.hash, proof.hash);
    assert_ne!(renewed.date, "2001-02-03");
}

#[test]
fn files_that_are_not_the_proven_ones_get_no_record() {
    let change = |what: &str, folder: &Path| match what {
        "changed" => {
            let main = folder.join("main.rs");
            folders::write(&main, &(folders::read(&main) + "// Edited.\n"));
        }
        "missing" => std::fs::remove_file(folder.join("mistakes/task-runs-on.rs")).unwrap(),
        _ => folders::write(&folder.join("mistakes/more.rs"), "fn main() {}\n"),
    };
    for what in ["changed", "missing", "more"] {
        let content = Content::copy();
        change(what, &content.timeouts());
        let before = folders::contents(content.0.path());
        let ended = content.record();
        assert_eq!(ended.code, Some(3), "{what}: {ended}");
        assert_eq!(ended.error(), "not-proven", "{what}: {ended}");
        assert_eq!(ended.stdout, "", "{what}");
        assert_eq!(folders::contents(content.0.path()), before, "{what}");
    }
}
