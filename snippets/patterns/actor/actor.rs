//! An actor: state that one task owns, behind a handle that anybody may clone.
//!
//! Use it when several tasks work on the same state and the work has to await in between, or when
//! one task should own a connection. For plain data, a `std` mutex is simpler.
//!
//! Prevents: locks held over an await, `spawn` inside of `run(&mut self)`, and callers that wait
//! for ever for an actor that has died.

use std::future::Future;
use std::{error::Error, fmt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Messages that may wait; then senders wait.
pub const MAILBOX: usize = 32;

/// The state, and what it does with a message.
pub trait Actor: Send + 'static {
    /// An enum with a variant for each request; one with an answer has a [`oneshot::Sender`] in it.
    type Message: Send + 'static;

    /// Handles one message; the next one is taken when this is done. An `async fn` will do.
    ///
    /// An answer may find that the caller has gone, so ignore the result of sending it. To ask
    /// another actor that may ask this one is a deadlock; to `tell` it is one as soon as its
    /// mailbox is full.
    fn handle(&mut self, message: Self::Message) -> impl Future<Output = ()> + Send;
}

/// The actor has ended, because it panicked or was aborted, and the message may not be handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the actor has stopped")
    }
}

impl Error for Stopped {}

/// Sends messages to an actor, which lives as long as one of its handles does.
#[derive(Debug)]
pub struct Handle<A: Actor>(mpsc::Sender<A::Message>);

// Derived, it would ask for `A: Clone`.
impl<A: Actor> Clone for Handle<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Starts the actor in a task of its own.
///
/// When the last handle is dropped it handles what is in its mailbox and ends; awaiting the
/// [`JoinHandle`] gives its state back.
///
/// # Panics
///
/// Outside of a Tokio runtime, or if `mailbox` is 0 or more than `Semaphore::MAX_PERMITS`.
pub fn spawn<A: Actor>(mut actor: A, mailbox: usize) -> (Handle<A>, JoinHandle<A>) {
    let (sender, mut messages) = mpsc::channel(mailbox);
    let task = tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            actor.handle(message).await;
        }
        actor
    });
    (Handle(sender), task)
}

impl<A: Actor> Handle<A> {
    /// Puts a message into the mailbox, and waits for a place in it.
    ///
    /// A future that is dropped while it waits has sent nothing.
    ///
    /// # Errors
    ///
    /// [`Stopped`] if the actor has ended.
    pub async fn tell(&self, message: A::Message) -> Result<(), Stopped> {
        self.0.send(message).await.map_err(|_| Stopped)
    }

    /// Sends the message that `request` makes of the sender for the answer, and waits for it.
    ///
    /// A future that is dropped before the message has a place has sent nothing. One that is
    /// dropped later loses the answer; the message is still handled.
    ///
    /// # Errors
    ///
    /// [`Stopped`] if the actor has ended, or has dropped the sender for the answer.
    pub async fn ask<R>(
        &self,
        request: impl FnOnce(oneshot::Sender<R>) -> A::Message,
    ) -> Result<R, Stopped> {
        let (answer, mut answered) = oneshot::channel();
        self.tell(request(answer)).await?;
        tokio::select! {
            biased;
            answer = &mut answered => answer.map_err(|_| Stopped),
            // What is sent while the actor dies may stay in the channel as long as its handles do.
            () = self.0.closed() => answered.try_recv().map_err(|_| Stopped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::{sleep, timeout};

    #[derive(Debug, Default)]
    struct Counter(u32);

    enum Message {
        Next(oneshot::Sender<u32>),
        Add(u32),
        Slow(oneshot::Sender<u32>),
        Forget(oneshot::Sender<u32>),
        Crash,
    }

    impl Actor for Counter {
        type Message = Message;

        async fn handle(&mut self, message: Message) {
            match message {
                Message::Next(answer) => {
                    self.0 += 1;
                    let _ = answer.send(self.0);
                }
                Message::Add(number) => self.0 += number,
                Message::Slow(answer) => {
                    sleep(Duration::from_secs(1)).await;
                    self.0 += 1;
                    let _ = answer.send(self.0);
                }
                Message::Forget(answer) => drop(answer),
                Message::Crash => panic!("crash"),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_callers_get_different_numbers() {
        let (counter, task) = spawn(Counter::default(), 2);
        let mut callers = JoinSet::new();
        for _ in 0..10 {
            let counter = counter.clone();
            callers.spawn(async move { counter.ask(Message::Next).await });
        }
        drop(counter);
        let mut numbers: Vec<_> = callers.join_all().await.into_iter().flatten().collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
        assert_eq!(task.await.unwrap().0, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn it_empties_the_mailbox_after_the_last_handle() {
        let (counter, task) = spawn(Counter::default(), 8);
        for _ in 0..8 {
            counter.tell(Message::Add(5)).await.unwrap();
        }
        let other = counter.clone();
        drop(counter);
        yield_now().await;
        assert!(!task.is_finished());
        drop(other);
        assert_eq!(task.await.unwrap().0, 40);
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_mailbox_makes_wait_and_a_dropped_tell_sends_nothing() {
        let (counter, task) = spawn(Counter::default(), 1);
        let slow = tokio::spawn({
            let counter = counter.clone();
            async move { counter.ask(Message::Slow).await }
        });
        yield_now().await;
        yield_now().await;
        counter.tell(Message::Add(10)).await.unwrap();
        let patience = Duration::from_millis(10);
        assert!(
            timeout(patience, counter.tell(Message::Add(100)))
                .await
                .is_err()
        );
        assert_eq!(slow.await.unwrap(), Ok(1));
        drop(counter);
        assert_eq!(task.await.unwrap().0, 11);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_gives_up_harms_nobody() {
        let (counter, _task) = spawn(Counter::default(), 1);
        let patience = Duration::from_millis(10);
        assert!(timeout(patience, counter.ask(Message::Slow)).await.is_err());
        assert_eq!(counter.ask(Message::Next).await, Ok(2), "it was handled");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_an_error() {
        let (counter, _task) = spawn(Counter::default(), 1);
        assert_eq!(counter.ask(Message::Forget).await, Err(Stopped));
        assert_eq!(counter.ask(Message::Next).await, Ok(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_seen_by_callers_and_by_the_owner() {
        let (counter, task) = spawn(Counter::default(), 4);
        counter.tell(Message::Crash).await.unwrap();
        assert_eq!(counter.ask(Message::Next).await, Err(Stopped), "queued");
        assert_eq!(counter.ask(Message::Next).await, Err(Stopped), "refused");
        assert_eq!(counter.tell(Message::Add(1)).await, Err(Stopped));
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(Stopped.to_string(), "the actor has stopped");
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_outlives_the_actor_is_not_waited_for() {
        let (counter, _task) = spawn(Counter::default(), 1);
        let mut kept = None;
        let crash = |answer: oneshot::Sender<u32>| {
            kept = Some(answer);
            Message::Crash
        };
        let asked = timeout(Duration::from_secs(1), counter.ask(crash)).await;
        assert_eq!(asked, Ok(Err(Stopped)));
        assert!(kept.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_from_before_the_crash_counts() {
        let (counter, task) = spawn(Counter::default(), 2);
        let crash = counter.tell(Message::Crash);
        let both = tokio::join!(biased; counter.ask(Message::Next), crash);
        assert_eq!(both, (Ok(1), Ok(())));
        assert!(task.await.unwrap_err().is_panic());
    }

    #[tokio::test(start_paused = true)]
    async fn it_can_be_aborted() {
        let (counter, task) = spawn(Counter::default(), MAILBOX);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(counter.ask(Message::Next).await, Err(Stopped));
    }
}
