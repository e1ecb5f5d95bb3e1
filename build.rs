//! Checks the content and embeds its index: a wrong entry is a compile error.
//!
//! `include_dir` embeds folders, and rustc does not watch folders: without the lines printed here a new snippet would
//! stay invisible until something else changes.
#![expect(
    unreachable_pub,
    reason = "these modules are shared with the program, where `pub` says something"
)]

use std::path::Path;

#[path = "build/content.rs"]
mod content;
#[path = "build/generate.rs"]
mod generate;
#[path = "build/postings.rs"]
mod postings;

#[path = "src/catalog"]
mod catalog {
    pub mod head;
    #[expect(dead_code, reason = "the program uses what this script does not")]
    pub mod manifest;
    pub mod words;
}

#[path = "src/render"]
mod render {
    #[expect(dead_code, reason = "the program uses what this script does not")]
    pub mod lift;
    pub mod tokens;
    #[expect(dead_code, reason = "the program uses what this script does not")]
    pub mod value;
}

#[expect(
    clippy::disallowed_methods,
    reason = "a build script writes into its own folder"
)]
fn main() {
    for watched in [
        "snippets",
        "templates",
        "build",
        "build.rs",
        "src/catalog",
        "src/render",
    ] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    match content::read(Path::new(&root)) {
        Ok(content) => {
            std::fs::write(Path::new(&out).join("index.rs"), generate::index(&content))
                .expect("the output folder can be written");
        }
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={problem}");
            }
        }
    }
}
