//! Its const is missing.

fn main() {}
