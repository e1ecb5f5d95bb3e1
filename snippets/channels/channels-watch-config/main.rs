//! One current value for many readers: configuration that changes while they run.
//!
//! Use it when readers want the newest value and need not see every one before it: configuration,
//! state, progress. For values that must all arrive, use `mpsc` or `broadcast`.
//!
//! Prevents: missing the first or the last value, and holding the value's lock over an await, which
//! stops every writer.

use std::error::Error;
use std::sync::Arc;

use tokio::sync::watch;

#[derive(Debug, PartialEq)]
struct Config {
    limit: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (configs, current) = watch::channel(Arc::new(Config { limit: 10 }));
    let worker = tokio::spawn(run(current));

    println!("same again: {}", publish(&configs, Config { limit: 10 }));
    println!("changed: {}", publish(&configs, Config { limit: 20 }));
    println!("changed: {}", publish(&configs, Config { limit: 30 }));

    // Without senders no value can follow, so the worker ends, but not before it saw the last one.
    drop(configs);
    println!("the worker ended with limit {}", worker.await?.limit);
    Ok(())
}

/// Stores `next` and wakes the readers, unless it is what they have; returns whether it did.
///
/// Works without readers too: those that subscribe later find the value.
fn publish(configs: &watch::Sender<Arc<Config>>, next: Config) -> bool {
    configs.send_if_modified(|current| {
        let differs = **current != next;
        if differs {
            *current = Arc::new(next);
        }
        differs
    })
}

/// Uses each configuration until there is a newer one; returns the last.
async fn run(mut current: watch::Receiver<Arc<Config>>) -> Arc<Config> {
    loop {
        // Read first, wait afterwards: the value that is there at the start counts as already seen.
        // A clone of the `Arc`, because what `borrow` returns locks out the sender.
        let config = current.borrow_and_update().clone();
        use_it(&config).await;

        // An unseen value comes before the error that says that all senders are gone.
        if current.changed().await.is_err() {
            return config;
        }
    }
}

async fn use_it(_config: &Config) {
    tokio::task::yield_now().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(limit: u32) -> Arc<Config> {
        Arc::new(Config { limit })
    }

    #[tokio::test]
    async fn the_first_value_is_used() {
        let (configs, current) = watch::channel(config(1));
        drop(configs);
        assert_eq!(run(current).await, config(1));
    }

    #[tokio::test]
    async fn the_last_value_is_used_even_if_the_sender_is_gone() {
        let (configs, current) = watch::channel(config(1));
        let worker = tokio::spawn(run(current));
        tokio::task::yield_now().await;
        assert!(publish(&configs, Config { limit: 2 }));
        drop(configs);
        assert_eq!(worker.await.unwrap(), config(2));
    }

    #[tokio::test]
    async fn an_unseen_value_comes_before_the_end() {
        let (configs, mut current) = watch::channel(1);
        configs.send_replace(2);
        drop(configs);
        assert!(current.changed().await.is_ok());
        assert_eq!(*current.borrow(), 2);
        assert!(current.changed().await.is_err());
    }

    #[tokio::test]
    async fn only_the_newest_of_several_is_seen() {
        let (configs, mut current) = watch::channel(0);
        for n in 1..=3 {
            configs.send_replace(n);
        }
        assert!(current.changed().await.is_ok());
        assert_eq!(*current.borrow_and_update(), 3);
        assert!(!current.has_changed().unwrap());
    }

    #[test]
    fn an_equal_value_wakes_nobody() {
        let (configs, current) = watch::channel(config(1));
        assert!(!publish(&configs, Config { limit: 1 }));
        assert!(!current.has_changed().unwrap());
    }

    #[test]
    fn publishing_needs_no_readers() {
        let (configs, current) = watch::channel(config(1));
        drop(current);
        assert!(publish(&configs, Config { limit: 2 }));
        assert_eq!(configs.subscribe().borrow().limit, 2);
    }
}
