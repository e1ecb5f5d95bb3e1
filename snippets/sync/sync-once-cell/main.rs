//! A value that is made once, by async code, on first use.
//!
//! Use it when the first caller must make something that all share: a connection, a token, a parsed
//! file. `OnceCell` lets whoever needs it first make it; `SetOnce` is for a value that one task has
//! and others wait for. What is made without an await belongs into `std::sync::LazyLock`.
//!
//! Prevents: two callers that both make it, and `block_on` inside `LazyLock`.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{OnceCell, SetOnce};
use tokio::task::{JoinSet, yield_now};

/// Callers that need the connection at the same time.
const CALLERS: u32 = 50;

struct Connection {
    number: u32,
}

/// Opens its connection when somebody first needs it.
#[derive(Default)]
struct Client {
    connection: OnceCell<Connection>,
    attempts: AtomicU32,
}

impl Client {
    const fn new() -> Self {
        Self {
            connection: OnceCell::const_new(),
            attempts: AtomicU32::new(0),
        }
    }

    /// The first caller opens the connection while the others wait. If that fails, or the caller
    /// is cancelled meanwhile, the next one tries: only success is kept.
    async fn connection(&self) -> io::Result<&Connection> {
        self.connection.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> io::Result<Connection> {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        yield_now().await;
        if number == 1 {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        Ok(Connection { number })
    }
}

// What a runtime made ends with it: of a real socket in a static, the next `#[tokio::test]` would
// hear "A Tokio 1.x context was found, but it is being shutdown". Tests take a `Client` of their own.
static CLIENT: Client = Client::new();
static SERVER_NAME: SetOnce<String> = SetOnce::const_new();

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    if let Err(error) = CLIENT.connection().await {
        println!("first call: {error}");
    }

    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(async { CLIENT.connection().await.map(|made| made.number) });
    }
    for number in callers.join_all().await {
        assert_eq!(number?, 2);
    }
    println!("all callers got connection 2");

    let waiting = tokio::spawn(async { SERVER_NAME.wait().await.len() });
    // It runs up to its `wait`.
    yield_now().await;
    println!("set: {}", SERVER_NAME.set("db.example".to_owned()).is_ok());
    println!("set again: {}", SERVER_NAME.set(String::new()).is_ok());
    println!("the waiting task got {} characters", waiting.await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::sync::Arc;
    use tokio::sync::{SetError, SetOnceError};

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let client = Client::default();
        assert!(client.connection().await.is_err());
        assert_eq!(client.connection().await.map(|c| c.number).ok(), Some(2));
        assert_eq!(client.connection().await.map(|c| c.number).ok(), Some(2));
        assert_eq!(client.attempts.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn callers_at_the_same_time_make_it_once() {
        let cell = Arc::new(OnceCell::new());
        let count = Arc::new(AtomicU32::new(0));
        let mut callers = JoinSet::new();
        for _ in 0..50 {
            let (cell, count) = (Arc::clone(&cell), Arc::clone(&count));
            callers.spawn(async move {
                let make = || async {
                    yield_now().await;
                    count.fetch_add(1, Ordering::Relaxed) + 1
                };
                *cell.get_or_init(make).await
            });
        }
        assert_eq!(callers.join_all().await, [1; 50]);
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_caller_that_is_cancelled_leaves_it_to_the_next() {
        let cell = Arc::new(OnceCell::new());
        let first = tokio::spawn({
            let cell = Arc::clone(&cell);
            async move { *cell.get_or_init(pending::<u32>).await }
        });
        yield_now().await;
        assert_eq!(cell.set(1), Err(SetError::InitializingError(1)));
        first.abort();
        assert!(first.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(*cell.get_or_init(|| async { 2 }).await, 2);
        assert_eq!(cell.set(3), Err(SetError::AlreadyInitializedError(3)));
    }

    #[tokio::test]
    async fn set_once_wakes_all_that_wait_and_those_that_come_late() {
        let value = Arc::new(SetOnce::new());
        let mut waiting = JoinSet::new();
        for _ in 0..3 {
            let value = Arc::clone(&value);
            waiting.spawn(async move { *value.wait().await });
        }
        yield_now().await;
        assert_eq!(value.get(), None);
        assert_eq!(value.set(4), Ok(()));
        assert_eq!(waiting.join_all().await, [4, 4, 4]);
        assert_eq!(value.set(5), Err(SetOnceError(5)));
        assert_eq!(*value.wait().await, 4);
    }
}
