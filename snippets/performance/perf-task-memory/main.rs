//! What a task costs: the size of its future, and when its memory comes back.
//!
//! Use it when memory grows with the number of tasks, when async code overflows its stack, or when
//! clippy warns of a large future.
//!
//! Prevents: buffers that every idle task holds, sizes that add up from call to call, and handles
//! of ended tasks that keep their results.

use std::io;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinError;

/// Bytes that a task reads at once.
const BUFFER: usize = 16 * 1024;

/// What lives over an `.await` is a part of the future: the whole array, as long as the task lives.
async fn read_into_array(mut stream: TcpStream) -> io::Result<Vec<u8>> {
    let mut buffer = [0; BUFFER];
    let length = stream.read(&mut buffer).await?;
    Ok(buffer[..length].to_vec())
}

/// Here it is only a pointer, but the memory is held while the task waits.
async fn read_into_vec(mut stream: TcpStream) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::with_capacity(BUFFER);
    stream.read_buf(&mut buffer).await?;
    Ok(buffer)
}

/// Waits without a buffer, so an idle connection costs none. The array lives between two awaits.
async fn read_when_ready(stream: TcpStream) -> io::Result<Vec<u8>> {
    loop {
        stream.readable().await?;
        let mut buffer = [0; BUFFER];
        match stream.try_read(&mut buffer) {
            Ok(length) => return Ok(buffer[..length].to_vec()),
            // Readiness may be a false alarm.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// A future holds those that it awaits, side by side if they run at once.
async fn read_two(first: TcpStream, second: TcpStream) -> io::Result<(Vec<u8>, Vec<u8>)> {
    tokio::try_join!(read_into_array(first), read_into_array(second))
}

/// On the heap, so that callers of this hold a pointer.
async fn read_boxed(stream: TcpStream) -> io::Result<Vec<u8>> {
    Box::pin(read_into_array(stream)).await
}

/// The size of the future that a function gives, without a call.
fn future_size<A, F>(_: impl Fn(A) -> F) -> usize {
    size_of::<F>()
}

fn in_buffers(size: usize) -> String {
    match size / BUFFER {
        0 => "less than a buffer".into(),
        count => format!("{count} x buffer, and a little"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    println!("array: {}", in_buffers(future_size(read_into_array)));
    println!("vec: {}", in_buffers(future_size(read_into_vec)));
    println!("ready: {}", in_buffers(future_size(read_when_ready)));
    let two = future_size(|(first, second)| read_two(first, second));
    println!("two at once: {}", in_buffers(two));
    println!("boxed: {}", in_buffers(future_size(read_boxed)));

    let page = Arc::new(vec![0_u8; BUFFER]);
    let tasks = (0..100).map(|_| tokio::spawn(std::future::ready(Arc::clone(&page))));
    let handles: Vec<_> = tasks.collect();
    // All have ended when the one that was spawned last has.
    tokio::spawn(async {}).await?;
    println!(
        "ended tasks, results held: {}",
        Arc::strong_count(&page) - 1
    );
    drop(handles);
    println!(
        "handles dropped, results held: {}",
        Arc::strong_count(&page) - 1
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    async fn pair() -> io::Result<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let ours = TcpStream::connect(listener.local_addr()?).await?;
        Ok((ours, listener.accept().await?.0))
    }

    #[test]
    fn only_what_lives_over_an_await_counts() {
        for small in [
            future_size(read_into_vec),
            future_size(read_when_ready),
            future_size(read_boxed),
        ] {
            assert!(small < 512, "{small}");
        }
        let array = future_size(read_into_array);
        assert!((BUFFER..BUFFER + 512).contains(&array), "{array}");
        let two = future_size(|(first, second)| read_two(first, second));
        assert!(two >= 2 * array, "{two}");
    }

    #[tokio::test]
    async fn all_of_them_read() -> io::Result<()> {
        async fn read<F>(read: impl FnOnce(TcpStream) -> F) -> io::Result<Vec<u8>>
        where
            F: Future<Output = io::Result<Vec<u8>>>,
        {
            let (ours, mut theirs) = pair().await?;
            let hello = async {
                tokio::task::yield_now().await;
                theirs.write_all(b"hello").await
            };
            let (read, ()) = tokio::try_join!(Box::pin(read(ours)), hello)?;
            Ok(read)
        }
        assert_eq!(Box::pin(read(read_into_array)).await?, b"hello");
        assert_eq!(read(read_into_vec).await?, b"hello");
        assert_eq!(read(read_when_ready).await?, b"hello");
        assert_eq!(read(read_boxed).await?, b"hello");
        Ok(())
    }

    #[tokio::test]
    async fn two_are_read_at_once_and_an_end_is_empty() -> io::Result<()> {
        let ((first, mut one), (second, mut two)) = tokio::try_join!(pair(), pair())?;
        two.write_all(b"two").await?;
        one.shutdown().await?;
        let read = Box::pin(read_two(first, second)).await?;
        assert_eq!(read, (Vec::new(), b"two".to_vec()));
        Ok(())
    }
}
