//! A new setting starts a new task, and the handle of the old one is overwritten: it polls on.

use std::sync::Arc;
use tokio::task::{JoinHandle, yield_now};

struct Poller {
    // Every task holds a clone of it for as long as it lives.
    alive: Arc<()>,
    task: JoinHandle<()>,
}

fn start(alive: &Arc<()>) -> JoinHandle<()> {
    let alive = Arc::clone(alive);
    tokio::spawn(async move {
        std::future::pending::<()>().await;
        drop(alive);
    })
}

impl Poller {
    fn reconfigure(&mut self) {
        self.task = start(&self.alive);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let alive = Arc::new(());
    let task = start(&alive);
    let mut poller = Poller { alive, task };
    for _ in 0..2 {
        poller.reconfigure();
        yield_now().await;
    }
    let at_work = Arc::strong_count(&poller.alive) - 1;
    println!("pollers at work after two changes: {at_work}");
}
