//! Our own timeouts.

fn main() {}
