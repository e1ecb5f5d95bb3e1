//! Datagrams between processes of one machine: whole messages, in order.
//!
//! Use it when processes hand each other single messages: a log collector, a notification to the
//! service manager. On Linux none is lost while the receiver lives: a full one makes a connected
//! sender wait. (macOS and BSD give an error, `ENOBUFS`; `send_to` without `connect` asks again and
//! again, and burns a core.)
//!
//! Prevents: a client that waits for an answer that nobody can send it, a message that is cut to
//! the size of the buffer unseen, and a collector that waits for a client to read its answers.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::{env, io, process};

use tokio::fs;
use tokio::net::UnixDatagram;

/// Longest message, in bytes.
const MAX_MESSAGE: usize = 1_024;

/// Takes a message; answers it if its sender can be answered.
///
/// # Errors
///
/// Of the socket; `InvalidData` if the message is longer than [`MAX_MESSAGE`].
async fn collect(socket: &UnixDatagram) -> io::Result<String> {
    // One byte more than may come, so that a message that was cut shows.
    let mut buffer = vec![0; MAX_MESSAGE + 1];
    let (length, sender) = socket.recv_from(&mut buffer).await?;
    if length > MAX_MESSAGE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // A socket that was never bound has no name, and nobody can write to it.
    if let Some(path) = sender.as_pathname() {
        // Not awaited: who does not read its answers must not hold up the others. So an answer may
        // be lost, also the next client's: for a moment the socket counts as full for all. A client
        // waits for it with a timeout.
        let _ = socket.try_send_to(b"taken", path);
    }
    buffer.truncate(length);
    Ok(String::from_utf8_lossy(&buffer).into_owned())
}

async fn demo(folder: &Path) -> io::Result<()> {
    let path = folder.join("log");
    // The folder decides who may write: a socket's own mode is not asked everywhere.
    let log = UnixDatagram::bind(&path)?;

    let nameless = UnixDatagram::unbound()?;
    nameless.connect(&path)?;
    nameless.send(b"started").await?;
    println!("{}", collect(&log).await?);

    let named = UnixDatagram::bind(folder.join("client"))?;
    named.connect(&path)?;
    named.send(b"at work").await?;
    println!("{}", collect(&log).await?);
    let mut answer = [0; 16];
    let length = named.recv(&mut answer).await?;
    println!("{}", String::from_utf8_lossy(&answer[..length]));

    // Without a path: two ends for a child process or another task.
    let (near, far) = UnixDatagram::pair()?;
    near.send(b"one").await?;
    near.send(b"two").await?;
    for _ in 0..2 {
        println!("{}", collect(&far).await?);
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let folder = env::temp_dir().join(format!("unix-datagram-{unique:x}"));
    fs::DirBuilder::new().mode(0o700).create(&folder).await?;
    let result = demo(&folder).await;
    // A socket's file stays when it is dropped.
    fs::remove_dir_all(&folder).await?;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_keep_their_bounds_and_their_order() {
        let (near, far) = UnixDatagram::pair().unwrap();
        for message in ["a", "", "c"] {
            near.send(message.as_bytes()).await.unwrap();
        }
        for message in ["a", "", "c"] {
            assert_eq!(collect(&far).await.unwrap(), message);
        }
    }

    #[tokio::test]
    async fn the_longest_message_is_taken_and_a_longer_one_is_an_error() {
        let (near, far) = UnixDatagram::pair().unwrap();
        near.send(&vec![b'x'; MAX_MESSAGE]).await.unwrap();
        assert_eq!(collect(&far).await.unwrap().len(), MAX_MESSAGE);
        near.send(&vec![b'x'; MAX_MESSAGE + 1]).await.unwrap();
        let error = collect(&far).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_full_receiver_makes_the_sender_wait() {
        let (near, far) = UnixDatagram::pair().unwrap();
        // `try_send` tries nothing before the runtime knows the socket to be ready.
        near.writable().await.unwrap();
        let mut sent = 0;
        while near.try_send(b"x").is_ok() {
            sent += 1;
        }
        assert!(sent > 0);
        let waiting = tokio::spawn(async move { near.send(b"last").await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        for _ in 0..sent {
            assert_eq!(collect(&far).await.unwrap(), "x");
        }
        assert!(waiting.await.unwrap().is_ok());
        assert_eq!(collect(&far).await.unwrap(), "last");
    }
}
