//! From an entry and values to text: Rust files with other constants, pages, cargo lines. No I/O.

pub mod code;
pub mod dependencies;
pub mod engine;
pub mod lift;
pub mod pages;
pub mod parameters;
pub mod tokens;
pub mod value;
