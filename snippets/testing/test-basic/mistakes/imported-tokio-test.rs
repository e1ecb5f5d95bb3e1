//! With `tokio::test` imported, `#[test]` means another attribute.

use tokio::test;

#[test]
fn adds() {
    assert_eq!(1 + 1, 2);
}

fn main() {}
