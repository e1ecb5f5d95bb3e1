//! What a toolchain's identity depends on, so that `rustc` need not be asked by every command.
//!
//! Only two sorts of `rustc` are known well enough: rustup's shim, and a compiler that lies in its own toolchain. Any other, such
//! as a script, may decide as it likes, and is asked each time; so is rustup where its settings say more than is read here.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cache::Cache;
use super::files::Stamp;
use super::key::Key;

/// Where rustup reads which toolchain a folder wants.
const FILES: [&str; 2] = ["rust-toolchain", "rust-toolchain.toml"];
/// Variables that decide which compiler starts, or what it loads, beside all that begin with `RUSTUP_`.
const VARIABLES: [&str; 7] = [
    "PATH",
    "HOME",
    "CARGO_HOME",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
];

/// All that decides which toolchain `rustc` stands for, under one name.
pub(crate) struct Witness(String);

/// What `rustc` said, and how its toolchain looked then.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) says: String,
    pub(crate) sysroot: String,
    looks: Vec<(PathBuf, Stamp)>,
}

impl Witness {
    /// Nothing, where there is doubt.
    pub(crate) fn look(folder: &Path) -> Option<Self> {
        let mut key = Key::new("toolchain");
        let mut variables: Vec<(OsString, OsString)> = env::vars_os()
            .filter(|(name, _)| {
                let name = name.to_string_lossy();
                name.starts_with("RUSTUP_") || VARIABLES.contains(&&*name)
            })
            .collect();
        variables.sort();
        for (name, value) in variables {
            key = key
                .with(name.as_encoded_bytes())
                .with(value.as_encoded_bytes());
        }
        let found = on_the_path("rustc")?;
        let program = fs::canonicalize(&found).ok()?;
        key = key.with(found.as_os_str().as_encoded_bytes());
        key = with_look(key, &program)?;
        if begins_as_script(&program) {
            return None;
        }
        if program.file_stem()? == "rustup" {
            return rustups_choice(key, folder).map(|key| Self(key.finish()));
        }
        // `TOOLCHAIN/bin/rustc`, with its libraries beside it, is a compiler and no script.
        let toolchain = program.parent()?.parent()?;
        let is_compiler = toolchain.join("lib/rustlib").is_dir();
        is_compiler.then(|| Self(key.finish()))
    }

    pub(crate) fn known(&self, cache: &Cache) -> Option<Known> {
        let text = fs::read(self.path(cache)).ok()?;
        let known: Known = serde_json::from_slice(&text).ok()?;
        let is_same = looks_of(Path::new(&known.sysroot))? == known.looks;
        is_same.then_some(known)
    }

    pub(crate) fn keep(&self, cache: &Cache, says: String, sysroot: &Path) {
        let Some((looks, sysroot)) = looks_of(sysroot).zip(sysroot.to_str()) else {
            return;
        };
        let sysroot = sysroot.to_owned();
        let known = Known {
            says,
            sysroot,
            looks,
        };
        // Where it cannot be kept, rustc is asked again.
        if let Ok(text) = serde_json::to_vec(&known) {
            let _ = crate::atomic::replace(&self.path(cache), text);
        }
    }

    fn path(&self, cache: &Cache) -> PathBuf {
        cache.facts().join(format!("toolchain-{}", self.0))
    }
}

/// As the system looks for a program: a file that may be executed.
fn on_the_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut files = env::split_paths(&path).map(|folder| folder.join(name));
    let found = files.find(|file| fs::metadata(file).is_ok_and(|meta| may_be_executed(&meta)))?;
    // A folder that is given relative to the working directory means another one elsewhere.
    found.is_absolute().then_some(found)
}

#[cfg(unix)]
fn may_be_executed(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    meta.is_file() && meta.permissions().mode() & 0o111 != 0
}

/// Programs have other names there: nothing is found, and rustc is asked.
#[cfg(not(unix))]
fn may_be_executed(_meta: &fs::Metadata) -> bool {
    false
}

/// Everything that rustup reads to choose a toolchain.
fn rustups_choice(mut key: Key, folder: &Path) -> Option<Key> {
    let home = match env::var_os("RUSTUP_HOME").filter(|home| !home.is_empty()) {
        Some(home) => PathBuf::from(home),
        None => PathBuf::from(env::var_os("HOME")?).join(".rustup"),
    };
    let mut all = String::new();
    for settings in [
        home.join("settings.toml"),
        "/etc/rustup/settings.toml".into(),
    ] {
        all += &fs::read_to_string(settings).unwrap_or_default();
    }
    key = key.with(&all);
    // A toolchain that is linked may be linked to another one.
    key = with_look(key, &home.join("toolchains"))?;
    for above in folder.ancestors() {
        if all.contains(&format!("\"{}\"", above.to_str()?)) {
            // There may be an override for it.
            key = key.with(above.as_os_str().as_encoded_bytes());
        }
        for file in FILES.map(|name| above.join(name)) {
            let Ok(text) = fs::read(&file) else { continue };
            // A toolchain by its path may be anything.
            if text.windows(4).any(|word| word == b"path") {
                return None;
            }
            key = key.with(file.as_os_str().as_encoded_bytes()).with(text);
        }
    }
    Some(key)
}

fn with_look(key: Key, path: &Path) -> Option<Key> {
    let stamp = serde_json::to_vec(&Stamp::of(path).ok()?).ok()?;
    Some(key.with(path.as_os_str().as_encoded_bytes()).with(stamp))
}

fn begins_as_script(program: &Path) -> bool {
    use std::io::Read as _;
    let mut begin = [0; 2];
    let read = fs::File::open(program).and_then(|mut file| file.read_exact(&mut begin));
    read.is_err() || begin == *b"#!"
}

/// The compiler, its libraries and its tools: an update replaces them.
fn looks_of(sysroot: &Path) -> Option<Vec<(PathBuf, Stamp)>> {
    let parts = [
        "bin",
        "bin/rustc",
        "lib",
        "lib/rustlib",
        "lib/rustlib/components",
    ];
    let mut looks = Vec::new();
    for path in parts.map(|part| sysroot.join(part)) {
        match Stamp::of(&path) {
            Ok(stamp) => looks.push((path, stamp)),
            // A distribution's compiler has no list of components.
            Err(_) if path.ends_with("components") => {}
            Err(_) => return None,
        }
    }
    Some(looks)
}
