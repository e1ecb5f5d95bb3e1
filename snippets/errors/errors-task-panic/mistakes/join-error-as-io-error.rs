//! In a function that returns `io::Result`, `?` swallows what a task panicked with.

use std::io;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(error) = save().await {
        println!("cannot save: {error}");
    }
}

async fn save() -> io::Result<()> {
    tokio::spawn(async { panic!("no room left in the index") }).await?
}
