//! Ask a task and get an answer.
//!
//! Use it when one task owns some state or a connection and others need to read or change it: each
//! request carries the oneshot on which its answer comes back. No lock is needed.
//!
//! Prevents: a `send(..).unwrap()` that kills the task, and with it every later request, because
//! one caller stopped waiting.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;

use tokio::sync::{mpsc, oneshot};

/// How many requests may wait before callers have to.
const CAPACITY: usize = 32;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (stock, requests) = Stock::new();
    let task = tokio::spawn(serve(requests));

    for (item, count) in [("apples", 3), ("pears", 4), ("apples", 2)] {
        println!("{item}: {}", stock.add(item, count).await?);
    }
    println!("plums: {:?}", stock.count("plums").await?);

    task.abort();
    if let Err(gone) = stock.count("apples").await {
        println!("after the task has ended: {gone}");
    }
    Ok(())
}

/// What callers hold. The task ends when the last clone is dropped.
#[derive(Clone)]
struct Stock {
    requests: mpsc::Sender<Request>,
}

enum Request {
    Add {
        item: String,
        count: u32,
        reply: oneshot::Sender<u32>,
    },
    Count {
        item: String,
        reply: oneshot::Sender<Option<u32>>,
    },
}

/// The task has ended; the request may or may not have been carried out.
#[derive(Debug, PartialEq)]
struct Gone;

impl Stock {
    fn new() -> (Self, mpsc::Receiver<Request>) {
        let (requests, receiver) = mpsc::channel(CAPACITY);
        (Self { requests }, receiver)
    }

    /// Adds to an item and returns its new count.
    async fn add(&self, item: &str, count: u32) -> Result<u32, Gone> {
        let item = item.to_owned();
        self.ask(|reply| Request::Add { item, count, reply }).await
    }

    async fn count(&self, item: &str) -> Result<Option<u32>, Gone> {
        let item = item.to_owned();
        self.ask(|reply| Request::Count { item, reply }).await
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, Gone> {
        let (reply, mut answer) = oneshot::channel();
        // An error here leaves `answer` without a sender, so the next lines report it.
        let _ = self.requests.send(request(reply)).await;
        tokio::select! {
            biased;
            answer = &mut answer => answer.map_err(|_| Gone),
            // A request that is sent while the task ends may stay in the channel, unanswered. Not for
            // a task that drains after `close`: `closed` completes at once then.
            () = self.requests.closed() => answer.try_recv().map_err(|_| Gone),
        }
    }
}

async fn serve(mut requests: mpsc::Receiver<Request>) {
    let mut stock: HashMap<String, u32> = HashMap::new();
    while let Some(request) = requests.recv().await {
        // A reply fails when the caller has stopped waiting, which it may; the task goes on.
        match request {
            Request::Add { item, count, reply } => {
                let total = stock.entry(item).or_default();
                *total = total.saturating_add(count);
                let _ = reply.send(*total);
            }
            Request::Count { item, reply } => {
                let _ = reply.send(stock.get(&item).copied());
            }
        }
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stock task is gone")
    }
}

impl Error for Gone {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_answered_in_order() {
        let (stock, requests) = Stock::new();
        tokio::spawn(serve(requests));
        for n in 1..=10 {
            assert_eq!(stock.add("nuts", 1).await, Ok(n));
        }
        assert_eq!(stock.count("nuts").await, Ok(Some(10)));
        assert_eq!(stock.count("bolts").await, Ok(None));
    }

    #[tokio::test]
    async fn a_caller_that_gave_up_does_no_harm() {
        let (stock, requests) = Stock::new();
        let (reply, answer) = oneshot::channel();
        let item = "nuts".to_owned();
        let request = Request::Count { item, reply };
        assert!(stock.requests.send(request).await.is_ok());
        drop(answer);

        tokio::spawn(serve(requests));
        assert_eq!(stock.add("nuts", 5).await, Ok(5));
    }

    #[tokio::test]
    async fn a_request_that_is_dropped_unanswered_is_an_error() {
        let (stock, mut requests) = Stock::new();
        let (result, ()) = tokio::join!(stock.count("nuts"), async {
            drop(requests.recv().await);
        });
        assert_eq!(result, Err(Gone));
    }

    #[tokio::test]
    async fn a_request_that_outlives_the_task_is_an_error() {
        let (stock, mut requests) = Stock::new();
        let (result, _request) = tokio::join!(stock.count("nuts"), async {
            let request = requests.recv().await;
            drop(requests);
            request
        });
        assert_eq!(result, Err(Gone));
    }

    #[tokio::test]
    async fn a_task_that_is_gone_is_an_error() {
        let (stock, requests) = Stock::new();
        drop(requests);
        assert_eq!(stock.add("nuts", 1).await, Err(Gone));
    }

    #[tokio::test]
    async fn the_task_ends_with_its_last_handle() {
        let (stock, requests) = Stock::new();
        let task = tokio::spawn(serve(requests));
        let other = stock.clone();
        drop(stock);
        assert_eq!(other.add("nuts", 1).await, Ok(1));
        drop(other);
        assert!(task.await.is_ok());
    }
}
