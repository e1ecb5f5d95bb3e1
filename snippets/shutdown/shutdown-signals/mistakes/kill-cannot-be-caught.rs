//! A handler is wanted for the signal that no program may catch.

use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    const SIGKILL: i32 = 9;
    if let Err(error) = signal(SignalKind::from_raw(SIGKILL)) {
        println!("no clean end: {error}");
    }
}
