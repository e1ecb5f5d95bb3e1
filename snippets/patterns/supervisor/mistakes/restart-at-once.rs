//! Wrong: the task is restarted at once, as often as it crashes.

use std::io::{Error, ErrorKind};

async fn consume() -> Result<(), Error> {
    // The broker is down.
    Err(ErrorKind::ConnectionRefused.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut restarts = 0;
    while let Ok(Err(error)) = tokio::spawn(consume()).await {
        restarts += 1;
        // Only so that this program ends.
        if restarts == 10_000 {
            println!("{restarts} restarts without a pause: {error}");
            return;
        }
    }
}
