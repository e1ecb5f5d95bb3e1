//! A library with its own thread asks, notifies and orders; a plain event loop gets the results.

use std::error::Error;
use std::io;
use std::sync::mpsc as std_mpsc;
use std::thread::{self, JoinHandle};

use callback::{calling_back, posting, waiting};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

pub mod callback;

/// How many events may wait for the task that takes them.
const QUEUE: usize = 16;

async fn price(article: u32) -> u32 {
    tokio::task::yield_now().await;
    article * 10
}

/// Stands for a foreign library, which calls back on a thread that Tokio did not start.
fn library(
    on_question: impl Fn(u32) -> Option<u32> + Send + 'static,
    on_event: impl Fn(&'static str) -> bool + Send + 'static,
    on_click: impl Fn(u32) + Send + 'static,
) -> JoinHandle<Option<u32>> {
    thread::spawn(move || {
        on_event("opened");
        on_click(7);
        on_event("closed");
        on_question(4)
    })
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = Runtime::new()?;
    let (queue, mut events) = mpsc::channel(QUEUE);
    let log = runtime.spawn(async move {
        let mut log = Vec::new();
        while let Some(event) = events.recv().await {
            log.push(event);
        }
        log
    });

    let (to_ui, ui) = std_mpsc::channel();
    let library = library(
        waiting(runtime.handle().clone(), price),
        posting(queue),
        calling_back(runtime.handle().clone(), price, move |price| {
            let _ = to_ui.send(price);
        }),
    );

    // The event loop of this thread; it ends when nobody can send any more.
    for price in ui {
        println!("event loop: the price is {price}");
    }
    let answer = library.join().map_err(|_| io::Error::other("a panic"))?;
    println!("answer to the library: {answer:?}");
    println!("events: {}", runtime.block_on(log)?.join(", "));
    Ok(())
}
