//! The user's settings of cargo and rustc change nothing, and nothing is written but into the cache.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::shell::{entry, folder};
use crate::folders;
use crate::invoke::{Invocation, tokio_cmd};

/// What a program can tell of how it was built.
const PROBE: &str = r#"//! Tells how it was built.
fn main() {
    println!("debug assertions {}", cfg!(debug_assertions));
    println!("unwinds {}", cfg!(panic = "unwind"));
    println!("cfg {}", cfg!(injected));
    println!("target {}", env!("CARGO_MANIFEST_DIR").contains("/v1/alone/"));
    std::panic::set_hook(Box::new(|_| ()));
    let caught = std::panic::catch_unwind(|| {
        let largest = std::hint::black_box(u8::MAX);
        largest + 1
    });
    println!("overflow checked {}", caught.is_err());
    println!("tokio {}", std::any::type_name::<tokio::sync::Notify>());
    let unused = 1;
}
"#;
const EXPECTED: &str = "debug assertions true\nunwinds true\ncfg false\ntarget true\noverflow checked true\n\
    tokio tokio::sync::notify::Notify\n";

/// Variables that change what cargo and rustc do, or break it.
const VARIABLES: [(&str, &str); 21] = [
    ("RUSTFLAGS", "-Dwarnings --cfg injected -Cpanic=abort"),
    (
        "CARGO_ENCODED_RUSTFLAGS",
        "--cfg\u{1f}injected\u{1f}-Dwarnings",
    ),
    ("CARGO_BUILD_RUSTFLAGS", "--nonsense"),
    ("RUSTDOCFLAGS", "--nonsense"),
    ("CARGO_BUILD_TARGET", "wasm32-unknown-unknown"),
    ("RUSTC", "/bin/false"),
    ("RUSTC_WRAPPER", "/bin/false"),
    ("RUSTC_WORKSPACE_WRAPPER", "/bin/false"),
    ("CARGO_BUILD_RUSTC_WRAPPER", "/bin/false"),
    ("CARGO_BUILD_RUSTC", "/bin/false"),
    ("RUSTC_BOOTSTRAP", "1"),
    ("RUSTC_LOG", "info"),
    ("CARGO_LOG", "info"),
    ("CARGO_INCREMENTAL", "1"),
    ("CARGO_PROFILE_DEV_PANIC", "abort"),
    ("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false"),
    ("CARGO_PROFILE_SCRATCH_DEBUG_ASSERTIONS", "false"),
    ("CARGO_TERM_QUIET", "true"),
    ("CARGO_UNSTABLE_BUILD_STD", "true"),
    ("CLIPPY_ARGS", "--nonsense"),
    ("SYSROOT", "/none"),
];

/// The same as files; what is in capitals is filled in.
const CONFIG: &str = r#"
[build]
rustflags = ["-Dwarnings", "--cfg", "injected"]
rustc-wrapper = "/bin/false"
rustc-workspace-wrapper = "/bin/false"
rustc = "/bin/false"
rustdoc = "/bin/false"
target = "wasm32-unknown-unknown"
target-dir = "TARGET"
incremental = true

[target.'cfg(all())']
rustflags = ["--cfg", "injected"]
runner = "/bin/false"

[target.HOST]
rustflags = ["--cfg", "injected"]
runner = "/bin/false"
linker = "/bin/false"

[profile.dev]
panic = "abort"
opt-level = 3
debug-assertions = false
overflow-checks = false
lto = "thin"

[profile.scratch]
inherits = "release"
panic = "abort"
debug-assertions = false
overflow-checks = false

[term]
quiet = true
"#;

/// A home, a project and a target folder of a user who has set all of it.
struct User {
    root: TempDir,
}

impl User {
    fn new(project: &Path) -> Self {
        let root = TempDir::new().unwrap();
        let host = host();
        let config = CONFIG
            .replace("TARGET", root.path().join("target").to_str().unwrap())
            .replace("HOST", &host);
        let cargo_home = root.path().join("cargo");
        folders::write(&cargo_home.join("config.toml"), &config);
        folders::write(&project.join(".cargo/config.toml"), &config);
        // The crates that were fetched already.
        std::os::unix::fs::symlink(fetched().join("registry"), cargo_home.join("registry"))
            .unwrap();
        Self { root }
    }

    fn apply(&self, invocation: Invocation, cache: &Path) -> Invocation {
        let invocation = VARIABLES
            .iter()
            .fold(invocation, |invocation, (name, value)| {
                invocation.env(name, value)
            });
        let linker = format!(
            "CARGO_TARGET_{}_LINKER",
            host().to_uppercase().replace('-', "_")
        );
        invocation
            .env(&linker, "/bin/false")
            .env("CARGO_TARGET_DIR", self.root.path().join("target"))
            .env("CARGO_HOME", self.root.path().join("cargo"))
            .env("TOKIO_CMD_CACHE", cache)
    }

    /// All that lies in the user's folders, the fetched crates aside.
    fn owns(&self, project: &Path) -> Vec<PathBuf> {
        let mut found: Vec<_> = folders::contents(project).into_keys().collect();
        for entry in std::fs::read_dir(self.root.path()).unwrap() {
            found.push(entry.unwrap().path());
        }
        for entry in std::fs::read_dir(self.root.path().join("cargo")).unwrap() {
            // Cargo's own locks and its list of what it last used, which every call of it writes.
            let name = entry.unwrap().file_name();
            if !name.to_string_lossy().starts_with('.') {
                found.push(name.into());
            }
        }
        found.sort();
        found
    }
}

/// Where this machine's cargo keeps its crates.
pub(super) fn fetched() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

fn host() -> String {
    let rustc = crate::invoke::start(Path::new("rustc"), Path::new("/"))
        .args(["-vV"])
        .passes();
    let line = rustc
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("host: "));
    line.expect("rustc says it").to_owned()
}

#[test]
fn settings_change_neither_an_entry_nor_its_dependencies() {
    let cache = TempDir::new().unwrap();
    let overlay = entry("probe", PROBE);
    overlay.write(
        "probe",
        "snippet.toml",
        "[dependencies]\ntokio = { workspace = true, features = [\"sync\"] }\n",
    );
    let project = folder(&overlay);
    let user = User::new(&project);
    let before = user.owns(&project);

    let run = overlay.tokio_cmd().args(["run", "team:probe"]);
    let ended = user.apply(run, cache.path()).passes();
    assert_eq!(ended.stdout, EXPECTED, "{ended}");
    assert_eq!(ended.stderr, "", "{ended}");
    assert_eq!(user.owns(&project), before);
}

#[test]
fn settings_change_neither_a_family_nor_what_is_built_on_it() {
    let cache = TempDir::new().unwrap();
    let project = TempDir::new().unwrap();
    let user = User::new(project.path());
    let before = user.owns(project.path());

    let test = tokio_cmd(project.path()).args(["test", "timeouts"]);
    let ended = user.apply(test, cache.path()).passes();
    assert!(ended.stdout.contains("4 proven with "), "{ended}");
    assert_eq!(user.owns(project.path()), before);
}
