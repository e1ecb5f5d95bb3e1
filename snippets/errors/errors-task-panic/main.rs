//! A panic, a cancellation and an error, each named as what it is.

use std::io;

use tokio::task::JoinHandle;

use task_error::join;

pub mod task_error;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // The panic is also reported on stderr, by the panic hook, where it happens.
    report(tokio::spawn(parse(3))).await;

    let endless = tokio::spawn(std::future::pending());
    endless.abort();
    report(endless).await;

    report(tokio::spawn(async { Err(io::Error::other("disk full")) })).await;
    report(tokio::spawn(parse(4))).await;
}

async fn parse(number: u32) -> io::Result<u32> {
    tokio::task::yield_now().await;
    assert!(number % 2 == 0, "bad {number}");
    Ok(number)
}

async fn report(task: JoinHandle<io::Result<u32>>) {
    match join(task).await {
        Ok(number) => println!("finished: {number}"),
        Err(error) => println!("{error}"),
    }
}
