//! A cell is set by whoever comes, and each unwraps.

use tokio::sync::OnceCell;

static CONFIG: OnceCell<&str> = OnceCell::const_new();

#[tokio::main(flavor = "current_thread")]
async fn main() {
    CONFIG.set("from the file").unwrap();
    CONFIG.set("from the environment").unwrap();
}
