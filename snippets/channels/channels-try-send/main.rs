//! A full queue without waiting: drop, count, and disconnect who stays behind.
//!
//! Use it when one task feeds many receivers, or is called from code that may not wait: a chat
//! room, metrics, a callback. A receiver that is slow misses messages, and in the end is cut off.
//!
//! Prevents: one slow client that makes all the others wait, or that fills the memory.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Messages that may wait for one client.
const CAPACITY: usize = 8;
/// Messages in a row that a client may miss. With 0 the first full queue disconnects it.
const MAX_MISSED: u32 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut room = Room::default();
    let mut quick = room.join(CAPACITY);
    let mut slow = room.join(CAPACITY);

    // Until the slow client, who takes nothing, is cut off.
    let mut published = 0;
    while room.clients.len() > 1 {
        room.publish(&"news".into());
        quick.recv().await;
        published += 1;
    }
    println!("{published} messages published");

    let mut received = 0;
    // What was queued is still delivered; then the end of the channel tells the client.
    while slow.recv().await.is_some() {
        received += 1;
    }
    println!("slow client: received {received}, then disconnected");
    println!("quick client: missed {}", room.clients[0].missed_in_all);
}

/// Everybody who listens.
#[derive(Debug, Default)]
struct Room {
    clients: Vec<Client>,
}

#[derive(Debug)]
struct Client {
    queue: mpsc::Sender<Arc<str>>,
    missed_in_a_row: u32,
    missed_in_all: u64,
}

impl Room {
    /// A new client. It leaves by dropping its receiver.
    ///
    /// # Panics
    ///
    /// If `capacity` is zero.
    fn join(&mut self, capacity: usize) -> mpsc::Receiver<Arc<str>> {
        let (queue, messages) = mpsc::channel(capacity);
        self.clients.push(Client {
            queue,
            missed_in_a_row: 0,
            missed_in_all: 0,
        });
        messages
    }

    /// Hands the message to everybody who has room for it, and never waits.
    fn publish(&mut self, message: &Arc<str>) {
        self.clients.retain_mut(|client| client.offer(message));
    }
}

impl Client {
    /// Whether the client may stay.
    fn offer(&mut self, message: &Arc<str>) -> bool {
        match self.queue.try_send(Arc::clone(message)) {
            Ok(()) => self.missed_in_a_row = 0,
            Err(TrySendError::Full(_)) => {
                self.missed_in_a_row += 1;
                self.missed_in_all += 1;
            }
            Err(TrySendError::Closed(_)) => return false,
        }
        self.missed_in_a_row <= MAX_MISSED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::error::TryRecvError;

    fn message() -> Arc<str> {
        "hello".into()
    }

    fn drain(messages: &mut mpsc::Receiver<Arc<str>>) -> (usize, TryRecvError) {
        let mut received = 0;
        loop {
            match messages.try_recv() {
                Ok(_) => received += 1,
                Err(end) => return (received, end),
            }
        }
    }

    #[test]
    fn what_finds_no_room_is_missed() {
        let mut room = Room::default();
        let mut messages = room.join(8);
        for _ in 0..8 + MAX_MISSED {
            room.publish(&message());
        }
        assert_eq!(room.clients[0].missed_in_all, u64::from(MAX_MISSED));
        assert_eq!(drain(&mut messages), (8, TryRecvError::Empty));
    }

    #[test]
    fn who_misses_too_many_in_a_row_is_disconnected() {
        let mut room = Room::default();
        let mut messages = room.join(1);
        room.publish(&message());
        for _ in 0..MAX_MISSED {
            room.publish(&message());
        }
        assert_eq!(room.clients.len(), 1);
        room.publish(&message());
        assert!(room.clients.is_empty());
        assert_eq!(drain(&mut messages), (1, TryRecvError::Disconnected));
    }

    #[test]
    fn who_catches_up_may_stay() {
        let mut room = Room::default();
        let mut messages = room.join(1);
        for _ in 0..10 {
            for _ in 0..=MAX_MISSED {
                room.publish(&message());
            }
            assert!(messages.try_recv().is_ok());
        }
        assert_eq!(room.clients[0].missed_in_all, u64::from(MAX_MISSED) * 10);
    }

    #[test]
    fn who_left_is_removed() {
        let mut room = Room::default();
        let left = room.join(1);
        let mut stays = room.join(1);
        drop(left);
        room.publish(&message());
        assert_eq!(room.clients.len(), 1);
        assert_eq!(drain(&mut stays), (1, TryRecvError::Empty));
    }

    #[test]
    fn nobody_waits_for_the_slow_one() {
        let mut room = Room::default();
        let (mut quick, _slow) = (room.join(1), room.join(1));
        for _ in 0..100 {
            room.publish(&message());
            assert_eq!(drain(&mut quick), (1, TryRecvError::Empty));
        }
    }
}
