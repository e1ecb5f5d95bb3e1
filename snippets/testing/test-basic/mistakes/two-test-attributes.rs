//! A test carries both attributes.

#[tokio::test]
#[test]
async fn adds() {
    assert_eq!(1 + 1, 2);
}

fn main() {}
