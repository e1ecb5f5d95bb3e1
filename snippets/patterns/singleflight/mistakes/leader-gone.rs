//! Wrong: the first caller loads for all, and when it is cancelled the others wait for ever.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;
use tokio::task::yield_now;

static LOADING: AtomicBool = AtomicBool::new(false);
static LOADED: Notify = Notify::const_new();

async fn get(load: impl Future<Output = ()>) {
    if LOADING.swap(true, Ordering::AcqRel) {
        return LOADED.notified().await;
    }
    load.await;
    LOADING.store(false, Ordering::Release);
    LOADED.notify_waiters();
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // The client of the first caller goes away, and its task is aborted in the middle of the load.
    let first = tokio::spawn(get(pending()));
    yield_now().await;
    first.abort();
    println!("reached");
    get(async {}).await;
    println!("loaded");
}
