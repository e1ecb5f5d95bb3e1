//! The slow tiers: real cargo and rustc on the whole catalogue, generated projects, the packaged crate, the real client.

mod catalogue;
mod client;
mod engine;
mod features;
mod folders;
mod invoke;
mod minimal;
mod modules;
mod overlay;
mod package;
mod pasted;
mod placement;
mod proven;
mod records;
mod tampered;
mod templates;
mod versions;
