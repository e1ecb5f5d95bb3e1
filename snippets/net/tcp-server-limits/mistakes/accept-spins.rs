//! "Too many open files" does not pass by itself, and this loop leaves it no time to.
use std::io;

/// Stands for a listener in a process that has used up its file descriptors.
async fn accept() -> io::Result<()> {
    Err(io::Error::other("Too many open files"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut logged = 0;
    loop {
        if let Err(error) = accept().await {
            logged += 1;
            // A real one never ends; `sleep` is missing here.
            if logged == 1_000_000 {
                println!("{logged} errors logged in one go: {error}");
                break;
            }
        }
    }
}
