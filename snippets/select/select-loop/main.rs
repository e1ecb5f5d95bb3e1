//! An event loop over messages, ticks and shutdown.
//!
//! Use it when one task has to react to several sources in turn. While it handles one event it
//! looks at none of the others, so a handler that takes long belongs in a task of its own.
//!
//! Prevents: a shutdown or a timer that a busy branch starves, and a panic once every channel has
//! closed.

use std::error::Error;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

/// How often the periodic work is done.
const PERIOD: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (tx, rx) = mpsc::channel(8);
    for message in ["one", "two"] {
        tx.send(message.to_owned()).await?;
    }

    let shutdown = CancellationToken::new();
    let mut messages = Vec::new();
    let mut ticked = false;
    let end = run(rx, shutdown.clone(), |event| {
        match event {
            Event::Message(message) => messages.push(message),
            Event::Tick => ticked = true,
        }
        if ticked && messages.len() == 2 {
            shutdown.cancel();
        }
    })
    .await;
    println!("messages {messages:?}, ticked {ticked}, ended by {end:?}");
    Ok(())
}

#[derive(Debug, PartialEq)]
enum Event {
    Message(String),
    Tick,
}

#[derive(Debug, PartialEq)]
enum End {
    Shutdown,
    /// Every sender is gone and every message is handled.
    NoMoreMessages,
}

/// Hands events to `handle` until shutdown; messages that are then still queued are dropped.
async fn run(
    mut messages: mpsc::Receiver<String>,
    shutdown: CancellationToken,
    mut handle: impl FnMut(Event),
) -> End {
    // Outside the loop: a timer that is made inside begins anew with every event.
    let mut ticks = interval_at(Instant::now() + PERIOD, PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);

    loop {
        // All three calls are cancel safe: what a branch had begun when it lost is not lost.
        tokio::select! {
            // In this order, so a queue that is never empty can hold up neither of the first two.
            biased;
            () = shutdown.cancelled() => return End::Shutdown,
            _ = ticks.tick() => handle(Event::Tick),
            // With the pattern `Some(message) =` the loop would outlive its senders.
            message = messages.recv() => match message {
                Some(message) => handle(Event::Message(message)),
                None => return End::NoMoreMessages,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    fn queue(messages: usize) -> (mpsc::Sender<String>, mpsc::Receiver<String>) {
        let (tx, rx) = mpsc::channel(messages.max(1));
        for n in 0..messages {
            tx.try_send(n.to_string()).unwrap();
        }
        (tx, rx)
    }

    #[tokio::test(start_paused = true)]
    async fn messages_do_not_move_the_ticks() {
        let start = Instant::now();
        let (tx, rx) = queue(0);
        tokio::spawn(async move {
            for message in ["a", "b", "c"] {
                sleep(PERIOD * 6 / 10).await;
                tx.send(message.to_owned()).await.unwrap();
            }
            sleep(PERIOD * 7 / 10).await;
        });

        let mut timeline = Vec::new();
        let end = run(rx, CancellationToken::new(), |event| {
            let name = match event {
                Event::Message(message) => message,
                Event::Tick => "tick".to_owned(),
            };
            timeline.push((start.elapsed() * 10, name));
        })
        .await;

        let expected = [(6, "a"), (10, "tick"), (12, "b"), (18, "c"), (20, "tick")];
        assert_eq!(
            timeline,
            expected.map(|(tenths, name)| (PERIOD * tenths, name.to_owned()))
        );
        assert_eq!(end, End::NoMoreMessages);
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_goes_before_a_thousand_messages() {
        let (_tx, rx) = queue(1000);
        let shutdown = CancellationToken::new();
        let mut handled = 0;
        let end = run(rx, shutdown.clone(), |_| {
            handled += 1;
            shutdown.cancel();
        })
        .await;
        assert_eq!((end, handled), (End::Shutdown, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_before_the_start_is_seen() {
        let (_tx, rx) = queue(1);
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        let end = run(rx, shutdown, |event| panic!("{event:?}")).await;
        assert_eq!(end, End::Shutdown);
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_queue_does_not_starve_the_ticks() {
        let (tx, rx) = queue(1);
        let shutdown = CancellationToken::new();
        let mut ticked = false;
        // Refills the queue in the handler, so that it is never empty.
        let end = run(rx, shutdown.clone(), |event| match event {
            Event::Message(message) => tx.try_send(message).unwrap(),
            Event::Tick => {
                ticked = true;
                shutdown.cancel();
            }
        });
        let advance = async {
            loop {
                tokio::time::advance(PERIOD / 10).await;
            }
        };
        tokio::select! {
            end = end => assert_eq!(end, End::Shutdown),
            () = advance => {}
        }
        assert!(ticked);
    }

    #[tokio::test(start_paused = true)]
    async fn queued_messages_are_handled_after_the_last_sender_is_gone() {
        let (tx, rx) = queue(3);
        drop(tx);
        let mut handled = 0;
        let end = run(rx, CancellationToken::new(), |_| handled += 1).await;
        assert_eq!((end, handled), (End::NoMoreMessages, 3));
    }
}
