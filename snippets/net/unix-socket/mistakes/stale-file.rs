//! The first listener is gone, its file is not, and the second one cannot bind.
use std::{env, process};
use tokio::net::UnixListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let path = env::temp_dir().join(format!("stale-file-{}", process::id()));
    drop(UnixListener::bind(&path)?);
    // `std::fs::remove_file(&path)?` is missing.
    if let Err(error) = UnixListener::bind(&path) {
        println!("nobody listens, and still: {}", error.kind());
    }
    std::fs::remove_file(&path)
}
