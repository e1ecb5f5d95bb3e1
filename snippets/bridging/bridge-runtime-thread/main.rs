//! A synchronous `main` hands three jobs to its background and waits for them at the end.

use background::Background;
use std::error::Error;
use std::io;
use std::sync::mpsc;

pub mod background;

/// Jobs at work at the same time.
const LIMIT: usize = 2;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (results, received) = mpsc::channel();
    let background = Background::start(LIMIT, move |job: u32| {
        let results = results.clone();
        async move {
            tokio::task::yield_now().await;
            // A channel of the standard library: sending to it never blocks.
            let _ = results.send(job * job);
        }
    })?;

    for job in 1..=3 {
        background.submit(job)?;
    }
    let report = background
        .finish()
        .map_err(|_| io::Error::other("the background panicked"))?;
    println!("{} jobs done", report.done);

    let mut squares: Vec<u32> = received.iter().collect();
    squares.sort_unstable();
    println!("{squares:?}");
    Ok(())
}
