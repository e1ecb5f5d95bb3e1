//! Where the client comes from, and what to do when it is not there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const PACKAGE: &str = "@anthropic-ai/claude-code-linux-x64";

const CURE: &str = "\
install the pinned client from the repository's root:

    mkdir -p target/client
    cp tests/client/package.json tests/client/package-lock.json target/client/
    npm ci --prefix target/client --ignore-scripts

or name one with TOKIO_CMD_CLIENT=/path/to/claude";

/// The client to test with. A missing or a stale one fails the test: skipping would look like proof.
pub(super) fn claude() -> PathBuf {
    if let Some(chosen) = env::var_os("TOKIO_CMD_CLIENT") {
        let chosen = PathBuf::from(chosen);
        assert!(
            chosen.is_file(),
            "TOKIO_CMD_CLIENT names no file: {}",
            chosen.display()
        );
        return chosen;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = root.join("target/client/node_modules").join(PACKAGE);
    let claude = package.join("claude");
    assert!(
        claude.is_file(),
        "there is no Claude Code at {}\n\n{CURE}\n",
        claude.display()
    );

    let wanted = json(&root.join("tests/client/package.json"))["dependencies"][PACKAGE].clone();
    let found = json(&package.join("package.json"))["version"].clone();
    assert_eq!(
        found, wanted,
        "target/client holds another Claude Code than is pinned\n\n{CURE}\n"
    );
    claude
}

fn json(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
