//! Where a project comes to lie: never over anything, in or beside a workspace, in or beside a repository, and whole or
//! not at all.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::folders;
use crate::invoke::{Invocation, cargo, kept, text, tokio_cmd};

fn new(folder: &Path, name: &str) -> Invocation {
    tokio_cmd(folder).args(["new", "--format", "json", "--template", "echo-server", name])
}

#[test]
fn a_project_is_never_written_over_anything() {
    let parent = TempDir::new().unwrap();
    let parent = parent.path();
    new(parent, "project").passes();
    folders::write(&parent.join("project/src/main.rs"), "// Mine now.\n");
    fs::create_dir(parent.join("empty")).unwrap();
    folders::write(&parent.join("file"), "A file.\n");
    let names = ["project", "empty", "file", "link"];
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", parent.join("link")).unwrap();
    #[cfg(not(unix))]
    folders::write(&parent.join("link"), "");

    let listed = || {
        let mut names: Vec<_> = fs::read_dir(parent)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let before = (listed(), folders::contents(&parent.join("project")));
    for name in names {
        let ended = new(parent, name).ends();
        assert_eq!(ended.code, Some(3), "{name}: {ended}");
        assert_eq!(ended.error(), "exists", "{name}: {ended}");
        assert_eq!(ended.stdout, "", "{name}");
    }
    let after = (listed(), folders::contents(&parent.join("project")));
    assert_eq!(after, before);
    assert_eq!(fs::read_dir(parent.join("empty")).unwrap().count(), 0);
    assert_eq!(folders::read(&parent.join("file")), "A file.\n");
}

#[test]
fn in_a_workspace_a_project_builds_and_says_what_it_did() {
    let root = TempDir::new().unwrap();
    // Cargo names folders without links in them.
    let root = &root.path().canonicalize().unwrap();
    folders::write(
        &root.join("Cargo.toml"),
        "\
[workspace]
resolver = \"3\"
members = [\"crates/*\", \"more/*-*\", \"few/[a-c]?\", \"outside/named\"]
exclude = [\"outside\"]
",
    );
    // Cargo wants a member for each pattern.
    for (path, name) in [("crates/old", "a"), ("more/old-one", "b"), ("few/a0", "c")] {
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        folders::write(&root.join(path).join("Cargo.toml"), &manifest);
        folders::write(&root.join(path).join("src/lib.rs"), "");
    }
    // It is the workspace's own, and not to be touched.
    let manifest = folders::read(&root.join("Cargo.toml"));
    // Where it lies, whether cargo takes it for a member, and what is said of it.
    for (path, is_member, note) in [
        ("outside/named", true, "of the workspace at"),
        ("crates/inner", true, "through `crates/*`"),
        ("more/a-b-c", true, "through `more/*-*`"),
        ("few/b1", true, "through `few/[a-c]?`"),
        ("apps/alone", false, "add `apps/alone` to the `members`"),
        ("outside/excluded", false, "excludes it: it stands alone"),
    ] {
        let made = new(root, path).passes().json();
        let notes = made["notes"].as_array().unwrap();
        let said = notes.iter().any(|said| text(said).contains(note));
        assert!(said, "{path}: {notes:?}");
        assert_eq!(folders::read(&root.join("Cargo.toml")), manifest);

        let folder = root.join(path);
        if !root.join("Cargo.lock").exists() {
            // The versions of a workspace are its own to choose; these are on this machine.
            fs::copy(folder.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        }
        let cargo = |place: &Path| cargo(place, &kept("templates-target"));
        let found = cargo(&folder)
            .args(["locate-project", "--workspace", "--message-format=plain"])
            .passes();
        let expected = if is_member { root } else { &folder };
        let expected = format!("{}\n", expected.join("Cargo.toml").display());
        assert_eq!(found.stdout, expected, "{path}");
        cargo(&folder).args(["check"]).passes();
        // What else is in the workspace builds as before.
        cargo(root)
            .args(["metadata", "--format-version=1"])
            .passes();
    }
}

#[test]
fn a_project_gets_a_repository_unless_it_lies_in_one() {
    let parent = TempDir::new().unwrap();
    let parent = parent.path();
    let has_repository = |path: &str| {
        let folder = parent.join(path).join(".git");
        folder
            .exists()
            .then(|| assert!(folder.join("HEAD").is_file()))
            .is_some()
    };
    for (path, vcs, expected) in [
        ("outer", None, true),
        ("plain", Some("none"), false),
        ("asked", Some("git"), true),
        ("outer/inner", None, false),
        ("outer/none", Some("none"), false),
        ("outer/asked", Some("git"), true),
    ] {
        let vcs = vcs.map(|vcs| format!("--vcs={vcs}"));
        let made = new(parent, path).args(vcs).passes().json();
        assert_eq!(has_repository(path), expected, "{path}: {made}");
        assert_eq!(made["notes"], serde_json::json!([]), "{path}");
    }
}

/// Moments that differ from round to round, and are the same in every run.
struct Moments(u64);

impl Moments {
    /// G. Marsaglia's xorshift64.
    fn next(&mut self, below: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let parts = u32::try_from(self.0 % 1000).expect("below 1000");
        below * parts / 1000
    }
}

/// Makes `victim` and kills it this long after it began to write; says whether it was quicker, and how long that took.
fn killed_after(limit: Duration, parent: &Path, vcs: &str) -> (bool, Duration) {
    let mut process = new(parent, "victim")
        .args(["--vcs", vcs])
        .command()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut goes_on = || process.try_wait().expect("a child of ours").is_none();
    // Most of its time goes by before it writes: the moments are counted from there.
    while fs::read_dir(parent)
        .expect("a folder to read")
        .next()
        .is_none()
        && goes_on()
    {
        thread::yield_now();
    }
    let begun = Instant::now();
    while begun.elapsed() < limit && goes_on() {
        thread::yield_now();
    }
    let elapsed = begun.elapsed();
    process.kill().expect("a child of ours");
    (process.wait().expect("a child of ours").success(), elapsed)
}

#[test]
fn killed_at_any_moment_it_leaves_the_whole_project_or_none() {
    let files = |parent: &Path| {
        let mut files = folders::contents(&parent.join("victim"));
        files.retain(|path, _| !path.starts_with(".git"));
        files
    };
    let mut moments = Moments(0x5EED);
    for vcs in ["none", "git"] {
        let reference = TempDir::new().unwrap();
        let (done, whole) = killed_after(Duration::MAX, reference.path(), vcs);
        assert!(done);
        let expected = files(reference.path());

        for round in 0..10 {
            let parent = TempDir::new().unwrap();
            let parent = parent.path();
            // Also past the end: what is in its place must be whole at once.
            let (done, _) = killed_after(moments.next(whole * 3 / 2), parent, vcs);
            let project = parent.join("victim");
            if project.exists() {
                assert_eq!(files(parent), expected, "round {round}");
                assert_eq!(project.join(".git/HEAD").is_file(), vcs == "git");
            } else {
                assert!(!done, "round {round}");
            }
            // What may be left is hidden, and stands in nobody's way.
            for entry in fs::read_dir(parent).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let known = name == "victim" || name.starts_with(".tokio-cmd-new-");
                assert!(known, "round {round}: {name}");
            }
            if !project.exists() {
                new(parent, "victim").passes();
                assert_eq!(files(parent), expected, "round {round}");
            }
        }
    }
}
