//! The packaged crate: all of the content is in it, and it builds and answers where nothing of the repository is.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::folders;
use crate::invoke::{cargo, kept, repository, start, tokio_cmd, tokio_cmd_at};

/// Packs the crate and unpacks it, always in the same place: cargo names what it builds after it, and would else keep
/// one more with every run.
fn unpacked() -> PathBuf {
    let (target, folder) = (kept("package-target"), kept("package"));
    // An older archive must not stand in for the one that is made now.
    for old in [&target.join("package"), &folder] {
        let _ = fs::remove_dir_all(old);
    }
    cargo(repository(), &target)
        .args(["package", "--offline", "--no-verify", "--allow-dirty"])
        .passes();
    let name = concat!(env!("CARGO_PKG_NAME"), "-", env!("CARGO_PKG_VERSION"));
    let archive = target.join("package").join(format!("{name}.crate"));
    fs::create_dir_all(&folder).expect("a folder");
    // With the files' own times, which are of 2006, cargo would take them for built.
    start(Path::new("tar"), &folder)
        .args(["-xzmf".as_ref(), archive.as_os_str()])
        .passes();
    folder.join(name)
}

#[test]
fn the_packaged_crate_holds_everything_and_works_alone() {
    let package = unpacked();

    for content in ["snippets", "templates"] {
        let here = folders::contents(&repository().join(content));
        let packed = folders::contents(&package.join(content));
        let (here_paths, packed_paths): (Vec<_>, Vec<_>) =
            (here.keys().collect(), packed.keys().collect());
        assert_eq!(packed_paths, here_paths);
        assert!(packed == here, "{content}: a file differs");
    }
    assert_names_no_machine(&package);

    // What it depends on is built for the tests already: only its own programs lie elsewhere.
    let build_folder = kept("").join("..");
    let target = kept("package-target");
    cargo(&package, &target)
        .args(["build", "--offline", "--locked"])
        .env("CARGO_BUILD_BUILD_DIR", build_folder)
        .passes();
    let name = format!("tokio-cmd{}", std::env::consts::EXE_SUFFIX);
    let program = target.join("debug").join(name);
    fs::remove_dir_all(&package).unwrap();

    let empty = TempDir::new().unwrap();
    for args in [
        &["ask", "channels"][..],
        &["show", "timeouts"],
        &["show", "template", "echo-server"],
        &["list"],
    ] {
        let expected = tokio_cmd(empty.path()).args(args).passes().stdout;
        assert!(!expected.is_empty());
        let said = tokio_cmd_at(&program, empty.path())
            .args(args)
            .passes()
            .stdout;
        assert_eq!(said, expected, "{args:?}");
    }
    let ran = tokio_cmd_at(&program, empty.path())
        .args(["run", "snippet", "timeouts"])
        .passes();
    let expected = repository().join("snippets/time/timeouts/stdout.txt");
    assert_eq!(ran.stdout, folders::read(&expected));
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

/// What is published must not tell where it was made.
fn assert_names_no_machine(package: &Path) {
    let home = std::env::home_dir().expect("a home folder");
    let places = [repository(), &home].map(|place| format!("{}/", place.display()));
    for (path, bytes) in folders::contents(package) {
        let text = String::from_utf8_lossy(&bytes);
        for place in &places {
            assert!(!text.contains(place), "{place} in {}", path.display());
        }
    }
}
