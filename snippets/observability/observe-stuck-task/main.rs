//! A runtime that stands still, seen from a thread.

pub mod watchdog;

use std::error::Error;
use std::future::pending;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use watchdog::{Doing, Watchdog};

/// How long a task may wait, or go without an await.
const LIMIT: Duration = Duration::from_millis(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let watchdog = Watchdog::default();
    let (release, released) = mpsc::channel::<()>();

    let seen = watchdog.clone();
    // A thread of its own: it also runs when every worker is blocked.
    let observer = thread::spawn(move || {
        loop {
            let stuck = seen.stuck();
            // A real one logs what it finds and goes on.
            if matches!(&stuck[..], [_, last] if last.doing == Doing::Blocking) {
                drop(release);
                return stuck;
            }
            thread::sleep(LIMIT / 4);
        }
    });

    let mailer = tokio::spawn(watchdog.watch("mailer", LIMIT, pending::<()>()));
    // A blocking receive in async code: nothing else runs until it returns.
    let importer = async move { released.recv().is_err() };
    tokio::spawn(watchdog.watch("importer", LIMIT, importer)).await?;
    mailer.abort();

    let stuck = observer.join().map_err(|_| "the observer panicked")?;
    for task in stuck {
        println!("{} is stuck: {:?}", task.name, task.doing);
    }
    Ok(())
}
