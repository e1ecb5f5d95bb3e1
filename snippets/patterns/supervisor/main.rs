//! A worker crashes twice, once by an error and once by a panic, and then does its work.

use std::panic;
use std::time::Duration;
use supervisor::{Cause, GaveUp, Supervisor};
use tokio_util::sync::CancellationToken;

pub mod supervisor;

async fn worker(attempt: u32, stop: CancellationToken) -> Result<(), Cause> {
    match attempt {
        1 => Err("connection refused".into()),
        2 => panic!("broken"),
        _ => {
            println!("start {attempt}: at work");
            // Stands for a signal that ends the program.
            stop.cancel();
            stop.cancelled().await;
            println!("stopped");
            Ok(())
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), GaveUp> {
    // The demonstration panics on purpose, so nothing goes to stderr.
    panic::set_hook(Box::new(|_| {}));
    let supervisor = Supervisor {
        base_delay: Duration::from_millis(10),
        ..Supervisor::default()
    };
    let (stop, mut attempt) = (CancellationToken::new(), 0);
    let start = || {
        attempt += 1;
        worker(attempt, stop.clone())
    };
    let on_crash = |cause: &Cause, pause| println!("{}, next try in {pause:?}", kind(cause));
    supervisor.run(&stop, start, on_crash).await
}

fn kind(cause: &Cause) -> String {
    if cause.is::<tokio::task::JoinError>() {
        "panicked".into()
    } else {
        cause.to_string()
    }
}
