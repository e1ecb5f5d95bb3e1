//! Follow a changing set of streams, each under a key.
//!
//! Use it when streams come and go while you read all of them: topics of a subscriber, open
//! connections, watched files. Every item comes with the key of its stream. Each poll may look
//! through all of them: for thousands, let tasks send into one `channels-mpsc`.
//!
//! Prevents: a `select!` that cannot grow, a loop that ends because there was no stream for a
//! moment, a stream whose end nobody noticed.

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{StreamExt, StreamMap, StreamNotifyClose};

/// What the set of streams is told.
enum Command {
    /// Follow this one; it takes the place of another of the same key.
    Follow(&'static str, ReceiverStream<u32>),
    /// Follow it no more; what it still holds is dropped.
    Leave(&'static str),
}

/// Follows streams until there are no more commands, and hands out what they say.
async fn follow(mut commands: mpsc::Receiver<Command>, heard: mpsc::Sender<String>) {
    let mut streams = StreamMap::new();
    loop {
        let line = tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Follow(key, stream)) => {
                    // A stream that ends leaves the map without a word; this gives it a last one.
                    streams.insert(key, StreamNotifyClose::new(stream));
                    format!("{key} joined")
                }
                Some(Command::Leave(key)) => match streams.remove(key) {
                    Some(_) => format!("{key} left"),
                    None => format!("{key} is not here"),
                },
                None => break,
            },
            // A map without streams is at its end, which is no reason to poll it or to stop.
            Some((key, item)) = streams.next(), if !streams.is_empty() => match item {
                Some(item) => format!("{key}: {item}"),
                None => format!("{key} ended"),
            },
        };
        if heard.send(line).await.is_err() {
            break;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (tell, commands) = mpsc::channel(1);
    let (heard, mut lines) = mpsc::channel(8);
    let follower = tokio::spawn(follow(commands, heard));

    let (news, stream) = mpsc::channel(1);
    tell.send(Command::Follow("news", stream.into())).await?;
    let (sport, stream) = mpsc::channel(1);
    tell.send(Command::Follow("sport", stream.into())).await?;
    // One after the other, because the map asks its streams in random order.
    let mut next = async || lines.recv().await.unwrap_or_default();
    println!("{}, {}", next().await, next().await);
    news.send(1).await?;
    println!("{}", next().await);
    sport.send(2).await?;
    println!("{}", next().await);
    drop(news);
    println!("{}", next().await);
    tell.send(Command::Leave("sport")).await?;
    println!("{}", next().await);
    println!("sport is heard: {}", !sport.is_closed());
    drop(tell);
    follower.await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_test::{assert_pending, assert_ready_eq, task::spawn};

    #[tokio::test]
    async fn every_item_of_every_stream_comes_with_its_key() {
        let mut streams = StreamMap::with_capacity(2);
        streams.insert("a", tokio_stream::iter(vec![1, 2]));
        streams.insert("b", tokio_stream::iter(vec![3]));
        let mut items = Vec::new();
        while streams.next_many(&mut items, 10).await > 0 {}
        items.sort_unstable();
        assert_eq!(items, [("a", 1), ("a", 2), ("b", 3)]);
        assert!(streams.is_empty());
    }

    #[tokio::test]
    async fn the_same_key_again_gives_the_old_stream_back() {
        let mut streams = StreamMap::new();
        assert!(streams.insert("a", tokio_stream::iter([1])).is_none());
        let mut old = streams
            .insert("a", tokio_stream::iter([2]))
            .expect("the old");
        assert_eq!(old.next().await, Some(1));
        assert_eq!(streams.keys().collect::<Vec<_>>(), [&"a"]);
    }

    #[tokio::test]
    async fn a_stream_that_is_added_later_wakes_the_loop() {
        let (tell, commands) = mpsc::channel(1);
        let (heard, mut lines) = mpsc::channel(8);
        let mut follower = spawn(follow(commands, heard));
        assert_pending!(follower.poll());

        let (tx, rx) = mpsc::channel(1);
        tell.try_send(Command::Follow("a", rx.into()))
            .expect("room");
        assert!(follower.is_woken());
        assert_pending!(follower.poll());
        assert_eq!(lines.try_recv().as_deref(), Ok("a joined"));
        tx.try_send(1).expect("room");
        assert!(follower.is_woken());
        assert_pending!(follower.poll());
        assert_eq!(lines.try_recv().as_deref(), Ok("a: 1"));

        drop(tx);
        assert_pending!(follower.poll());
        assert_eq!(lines.try_recv().as_deref(), Ok("a ended"));
        tell.try_send(Command::Leave("a")).expect("room");
        assert_pending!(follower.poll());
        assert_eq!(lines.try_recv().as_deref(), Ok("a is not here"));
        drop(tell);
        assert_ready_eq!(follower.poll(), ());
    }

    #[tokio::test]
    async fn it_ends_when_nobody_listens() {
        let (tell, commands) = mpsc::channel(1);
        let (heard, lines) = mpsc::channel(8);
        drop(lines);
        tell.try_send(Command::Leave("a")).expect("room");
        follow(commands, heard).await;
    }
}
