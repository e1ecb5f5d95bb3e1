//! Await a descriptor that Tokio does not know: a foreign socket, pipe or device.
//!
//! Use it when a library gives you a descriptor (a bus, inotify, a netlink socket, a device) with
//! its own non-blocking calls, and the runtime should say when they can go on.
//!
//! Prevents: a thread that blocks for each descriptor, a task that spins because the readiness is
//! never cleared, and a descriptor that still blocks the worker.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A foreign source. Stands for a library's type that has `AsFd` or `AsRawFd`.
struct Source(AsyncFd<UnixStream>);

impl Source {
    /// Must be called inside a runtime, which watches the descriptor until this is dropped.
    fn new(stream: UnixStream) -> io::Result<Self> {
        // Otherwise its calls would block the worker.
        stream.set_nonblocking(true)?;
        // SAFETY: the stream owns its descriptor, nobody else closes it, and it gives the same one
        // as long as it lives, which is as long as the `AsyncFd`.
        #[expect(
            unsafe_code,
            reason = "Tokio cannot see that the descriptor stays the same"
        )]
        let watched = unsafe { AsyncFd::register(stream) };
        Ok(Self(watched?))
    }

    /// Reads what there is, and waits while there is nothing. Cancel safe: bytes are taken only
    /// when it returns.
    async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        // Waits until it is ready and tries; `WouldBlock` clears the readiness, and it waits again.
        self.0
            .async_io(Interest::READABLE, |mut source| source.read(buffer))
            .await
    }

    /// Writes a part, and says how much.
    async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .async_io(Interest::WRITABLE, |mut source| source.write(bytes))
            .await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (near, far) = UnixStream::pair()?;
    let (near, far) = (Source::new(near)?, Source::new(far)?);

    let reading = tokio::spawn(async move {
        let mut buffer = [0; 16];
        let read = near.read(&mut buffer).await?;
        println!("read {}", String::from_utf8_lossy(&buffer[..read]));
        near.read(&mut buffer).await
    });
    println!("written {}", far.write(b"hello").await?);
    drop(far);
    println!("at the end: {}", reading.await??);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Source, Source) {
        let (near, far) = UnixStream::pair().unwrap();
        (Source::new(near).unwrap(), Source::new(far).unwrap())
    }

    #[tokio::test]
    async fn a_reader_waits_for_the_writer() {
        let (near, far) = pair();
        let mut buffer = [0; 4];
        let (read, written) = tokio::join!(near.read(&mut buffer), far.write(b"ab"));
        assert_eq!((read.unwrap(), written.unwrap()), (2, 2));
        assert_eq!(&buffer[..2], b"ab");
    }

    #[tokio::test]
    async fn the_end_is_read_as_zero() {
        let (near, far) = pair();
        drop(far);
        assert_eq!(near.read(&mut [0; 4]).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_source_that_always_has_more_lets_others_run() {
        let (near, far) = pair();
        far.write(&[0; 1000]).await.unwrap();
        // From here on it is ready all the time.
        near.read(&mut [0]).await.unwrap();
        let other = tokio::spawn(async {});
        for _ in 1..1000 {
            near.read(&mut [0]).await.unwrap();
        }
        assert!(other.is_finished());
    }

    #[tokio::test]
    async fn the_two_halves_of_async_io_may_be_used_apart() {
        let (near, far) = pair();
        let mut ready = far.0.ready(Interest::WRITABLE).await.unwrap();
        assert!(ready.ready().is_writable());
        let written = ready.try_io(|source| source.get_ref().write(b"x"));
        assert_eq!(written.unwrap().unwrap(), 1);

        let mut byte = [0];
        let mut ready = near.0.readable().await.unwrap();
        let read = ready.try_io(|source| source.get_ref().read(&mut byte));
        assert_eq!((read.unwrap().unwrap(), byte), (1, *b"x"));
        let would_block = ready.try_io(|source| source.get_ref().read(&mut byte));
        assert!(would_block.is_err());
    }

    #[tokio::test]
    async fn exclusive_access_allows_calls_that_need_mut() {
        let (mut near, far) = pair();
        far.write(b"x").await.unwrap();
        let mut byte = [0];
        let mut ready = near.0.readable_mut().await.unwrap();
        let read = ready.try_io(|source| source.get_mut().read(&mut byte));
        assert_eq!((read.unwrap().unwrap(), byte), (1, *b"x"));
    }
}
