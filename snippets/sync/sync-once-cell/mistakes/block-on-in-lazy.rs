//! A lazy static is filled by `block_on`, and async code is the first to need it.

use std::sync::LazyLock;
use tokio::runtime::Handle;

static ADDRESS: LazyLock<String> =
    LazyLock::new(|| Handle::current().block_on(async { "db.example".to_owned() }));

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", *ADDRESS);
}
