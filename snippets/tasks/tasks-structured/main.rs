//! Task `b` fails; `a` and `c` stop in good order before `main` goes on.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use join_or_cancel::join_or_cancel;

pub mod join_or_cancel;

type BoxError = Box<dyn Error + Send + Sync>;

/// Names of the tasks that were told to stop and did so in good order.
type Stopped = Arc<Mutex<Vec<&'static str>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = CancellationToken::new();
    let stopped = Stopped::default();

    let mut tasks = JoinSet::new();
    tasks.spawn(serve("a", stop.clone(), Arc::clone(&stopped)));
    tasks.spawn(async { Err("b".into()) });
    tasks.spawn(serve("c", stop.clone(), Arc::clone(&stopped)));

    if let Err(error) = join_or_cancel(tasks, &stop).await {
        println!("failed: {error}");
    }
    let mut names = stopped
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    names.sort_unstable();
    println!("stopped: {}", names.join(" "));
}

/// Stands for a service that runs until it is told to stop.
async fn serve(
    name: &'static str,
    stop: CancellationToken,
    stopped: Stopped,
) -> Result<(), BoxError> {
    stop.cancelled().await;
    stopped
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(name);
    Ok(())
}
