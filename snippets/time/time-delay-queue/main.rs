//! Sessions that end when their client has been silent for a while.

use std::error::Error;
use std::time::Duration;
use timers::Timers;
use tokio::sync::mpsc;

pub mod timers;

/// How long a client may be silent.
const IDLE: Duration = Duration::from_millis(20);

/// Takes the signs of life of all clients; gives those that ended, in their order.
async fn sessions(mut signs: mpsc::Receiver<&'static str>) -> Vec<&'static str> {
    let (mut timers, mut ended) = (Timers::default(), Vec::new());
    let mut more = true;
    while more || !timers.is_empty() {
        tokio::select! {
            // Signs first: one that already waits in the channel still puts its timer off. As long
            // as the channel is never empty, nothing expires.
            biased;
            sign = signs.recv(), if more => match sign {
                Some(client) => timers.set(client, IDLE),
                None => more = false,
            },
            client = timers.expired() => ended.push(client),
        }
    }
    ended
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (clients, signs) = mpsc::channel(8);
    // They wait in the channel, so `ann` is set anew before anything can expire.
    for client in ["ann", "ben", "ann"] {
        clients.send(client).await?;
    }
    drop(clients);
    let mut ended = sessions(signs).await;
    ended.sort_unstable();
    println!("{ended:?}");
    Ok(())
}
