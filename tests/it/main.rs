//! The quick tiers: laws over every entry, the layers of the program, console sessions. Nothing here builds a snippet.
//!
//! What a law needs stands in [`content`] (the entries, and the files they were made from) and in [`program`] (the
//! program as its users start it).

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test starts programs, writes its own files, and fails by panicking"
)]

mod answers;
mod bounds;
mod bytes;
mod cited;
mod content;
mod embedded;
mod files;
mod format;
mod found;
mod identity;
mod layers;
mod names;
mod parameters;
mod pipes;
mod program;
mod proofs;
mod questions;
mod raised;
mod references;
mod sessions;
mod skill;
mod surface;
#[cfg(unix)]
mod terminal;
mod text;
