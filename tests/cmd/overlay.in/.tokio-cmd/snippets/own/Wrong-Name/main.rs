//! Wrong.

fn main() {}
