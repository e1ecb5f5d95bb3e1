//! New configuration at SIGHUP, without a restart.
//!
//! Use it when a daemon is told by `kill -HUP` (or `systemctl reload`) to read its configuration
//! again. Readers get it from a watch channel, whole; one that cannot be loaded changes nothing.
//!
//! Prevents: a restart for each change, a process that SIGHUP kills, configuration of which one half
//! is old and one half new, and a typing error that takes the service down.

use std::future::Future;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt};

/// Loads the configuration at each request and publishes it, until the requests end or all readers
/// are gone.
///
/// `failed` hears of what could not be loaded; the readers keep what they have.
///
/// # Cancel safety
///
/// Nothing is published half. A request whose loading is cut off is lost.
pub async fn reload<C, E, F>(
    requests: impl Stream<Item = ()>,
    configs: watch::Sender<Arc<C>>,
    mut load: impl FnMut() -> F,
    mut failed: impl FnMut(E),
) where
    F: Future<Output = Result<C, E>>,
{
    let mut requests = std::pin::pin!(requests);
    loop {
        tokio::select! {
            () = configs.closed() => return,
            request = requests.next() => match request {
                // One after the other, so an older file never overtakes a newer one.
                Some(()) => match load().await {
                    Ok(config) => drop(configs.send_replace(Arc::new(config))),
                    Err(error) => failed(error),
                },
                None => return,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;
    use tokio::sync::mpsc;
    use tokio_stream::wrappers::ReceiverStream;

    #[tokio::test]
    async fn each_request_publishes_what_is_loaded_then() {
        let (configs, mut config) = watch::channel(Arc::new(0));
        let (requests, received) = mpsc::channel(1);
        let mut version = 0;
        let load = move || {
            version += 1;
            ready(Ok::<_, ()>(version))
        };
        let task = tokio::spawn(reload(
            ReceiverStream::new(received),
            configs,
            load,
            |()| {},
        ));
        for expected in 1..=3 {
            requests.send(()).await.expect("it listens");
            config.changed().await.expect("it lives");
            assert_eq!(**config.borrow_and_update(), expected);
        }
        drop(requests);
        task.await.expect("no panic");
    }

    #[tokio::test]
    async fn what_cannot_be_loaded_is_reported_and_changes_nothing() {
        let (configs, config) = watch::channel(Arc::new(1));
        let mut loads = [Err("typing error"), Ok(2)].into_iter();
        let load = move || ready(loads.next().unwrap_or(Err("no third request")));
        let mut errors = Vec::new();
        let requests = tokio_stream::iter([(), (), ()]);
        reload(requests, configs, load, |error| errors.push(error)).await;
        assert_eq!(errors, ["typing error", "no third request"]);
        assert_eq!(**config.borrow(), 2);
    }

    #[tokio::test]
    async fn it_ends_with_its_last_reader() {
        let (configs, config) = watch::channel(Arc::new(()));
        drop(config);
        let load = || ready(Ok::<_, ()>(()));
        reload(tokio_stream::pending(), configs, load, |()| {}).await;
    }

    #[tokio::test]
    async fn a_reader_keeps_the_configuration_that_it_works_with() {
        let (configs, config) = watch::channel(Arc::new(1));
        let mine = Arc::clone(&config.borrow());
        let load = || ready(Ok::<_, ()>(2));
        reload(tokio_stream::once(()), configs, load, |()| {}).await;
        assert_eq!((*mine, **config.borrow()), (1, 2));
    }
}
