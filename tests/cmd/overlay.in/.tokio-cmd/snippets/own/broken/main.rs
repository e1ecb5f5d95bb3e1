//! Broken.

fn main() {}
