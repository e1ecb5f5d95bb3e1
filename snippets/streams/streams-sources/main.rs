//! Tokio's own sources as streams: lines, folders, listeners, channels, tasks.
//!
//! Use it when something of Tokio's has to go through stream adapters (a limit, a timeout, a merge)
//! or to a function that takes a `Stream`.
//!
//! Prevents: a stream by hand around `recv`, `accept` or `next_line`, where a wrapper exists.

use std::error::Error;
use std::future::ready;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::{env, io, process};

use futures_util::{Stream, StreamExt, TryStreamExt};
use tokio::fs;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_stream::wrappers::{
    JoinSetStream, LinesStream, ReadDirStream, SplitStream, TcpListenerStream,
    UnboundedReceiverStream, UnixListenerStream, WatchStream,
};

/// Lines, and pieces between any other byte.
async fn text() -> io::Result<()> {
    let lines = LinesStream::new(BufReader::new(&b"one\ntwo\n\nthree"[..]).lines());
    let lines: Vec<_> = lines
        .try_filter(|line| ready(!line.is_empty()))
        .try_collect()
        .await?;
    println!("lines {lines:?}");

    let fields = SplitStream::new(BufReader::new(&b"a,b,c"[..]).split(b','));
    println!("fields {}", fields.try_collect::<Vec<_>>().await?.len());
    Ok(())
}

/// The names in a folder, which come in no order.
async fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = ReadDirStream::new(fs::read_dir(folder).await?);
    let names = entries.map_ok(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.try_collect().await?;
    names.sort();
    Ok(names)
}

/// Takes so many connections, whatever they come from, one after the other.
///
/// The first error of `accept` ends it here; a server waits a little and goes on
/// (`tcp-server-limits`).
async fn serve<S>(
    connections: impl Stream<Item = io::Result<S>>,
    count: usize,
) -> io::Result<usize> {
    let served = connections
        .take(count)
        .try_fold(0, async |served, _connection| Ok(served + 1));
    served.await
}

/// Connections of two kinds, accepted the same way.
async fn listeners(folder: &Path) -> io::Result<()> {
    let tcp = TcpListener::bind("127.0.0.1:0").await?;
    let address = tcp.local_addr()?;
    let path = folder.join("socket");
    let unix = UnixListener::bind(&path)?;
    let clients = async {
        tokio::try_join!(
            TcpStream::connect(address),
            TcpStream::connect(address),
            UnixStream::connect(&path)
        )
    };
    let (tcp, unix, _clients) = tokio::try_join!(
        serve(TcpListenerStream::new(tcp), 2),
        serve(UnixListenerStream::new(unix), 1),
        clients
    )?;
    println!("served {tcp} over TCP, {unix} over a Unix socket");
    Ok(())
}

/// Messages, values that change, results of tasks.
async fn values() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (events, received) = mpsc::unbounded_channel();
    for event in 0..3 {
        events.send(event)?;
    }
    drop(events);
    let sum = UnboundedReceiverStream::new(received).fold(0, async |sum, event| sum + event);
    println!("sum {}", sum.await);

    let (setting, seen) = watch::channel("first");
    // The value of now comes first; `from_changes` begins with the next one.
    let mut settings = WatchStream::new(seen);
    println!("setting {:?}", settings.next().await);
    setting.send("second")?;
    println!("setting {:?}", settings.next().await);

    let squares: JoinSet<u32> = (1..=3).map(|n| async move { n * n }).collect();
    let mut squares: Vec<_> = JoinSetStream::new(squares).try_collect().await?;
    squares.sort_unstable();
    println!("squares {squares:?}");
    Ok(())
}

async fn demo(folder: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    text().await?;
    listeners(folder).await?;
    println!("in the folder: {:?}", names(folder).await?);
    values().await
}

/// A folder for temporary files, with a name that no other run uses.
fn temporary_folder() -> PathBuf {
    let unique = RandomState::new().hash_one(process::id());
    env::temp_dir().join(format!("streams-sources-{unique:x}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let folder = temporary_folder();
    fs::create_dir(&folder).await?;
    let result = demo(&folder).await;
    let removed = fs::remove_dir_all(&folder).await;
    result.and(removed.map_err(Into::into))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    /// Removed also when the test fails.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn a_folder_gives_its_names_and_an_empty_one_none() -> io::Result<()> {
        let folder = Folder(temporary_folder());
        fs::create_dir(&folder.0).await?;
        assert!(names(&folder.0).await?.is_empty());
        fs::write(folder.0.join("b"), "").await?;
        fs::write(folder.0.join("a"), "").await?;
        assert_eq!(names(&folder.0).await?, ["a", "b"]);
        Ok(())
    }

    #[tokio::test]
    async fn the_first_error_of_accept_ends_it() {
        let reset = io::ErrorKind::ConnectionAborted;
        let accepted = stream::iter([Ok(1), Err(reset.into()), Ok(2)]);
        let error = serve(accepted, 3).await.unwrap_err();
        assert_eq!(error.kind(), reset);
    }

    #[tokio::test]
    async fn a_panic_in_a_task_is_an_error_of_the_stream() {
        let mut tasks = JoinSet::<()>::new();
        tasks.spawn(async {
            panic!("broken");
        });
        let results: Result<Vec<()>, _> = JoinSetStream::new(tasks).try_collect().await;
        assert!(results.unwrap_err().is_panic());
    }

    #[tokio::test]
    async fn a_watched_value_that_was_overtaken_is_not_seen() {
        let (setting, seen) = watch::channel(0);
        let settings = WatchStream::from_changes(seen);
        setting.send(1).unwrap();
        setting.send(2).unwrap();
        drop(setting);
        assert_eq!(settings.collect::<Vec<_>>().await, [2]);
    }
}
