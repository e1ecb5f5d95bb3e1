//! The results are flattened, but the sibling of the task that failed is only detached.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::{JoinHandle, yield_now};

static ROWS: AtomicUsize = AtomicUsize::new(0);

async fn flatten<T>(task: JoinHandle<Result<T, &'static str>>) -> Result<T, &'static str> {
    task.await.map_err(|_| "the task did not end by itself")?
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let failing = tokio::spawn(async { Err::<(), _>("no such table") });
    let writing = tokio::spawn(async {
        loop {
            ROWS.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });
    let result: Result<((), ()), _> = tokio::try_join!(flatten(failing), flatten(writing));
    assert!(result.is_err());

    let before = ROWS.load(Ordering::Relaxed);
    for _ in 0..3 {
        yield_now().await;
    }
    let rows = ROWS.load(Ordering::Relaxed) - before;
    println!("after the error the sibling has written {rows} more rows");
}
