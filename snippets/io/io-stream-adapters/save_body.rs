//! A body that comes as a stream, saved to a file, and a file sent as a stream.
//!
//! Use it when one side has a `Stream` of byte chunks (an HTTP body) and the other wants a reader
//! or a file, or the other way round. Memory holds a few chunks, however long the body is.
//!
//! Prevents: whole downloads in memory, half a file that looks like a whole one after an error or
//! a cancelled request, and hand-written conversions that lose the error.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tokio::fs::{self, File};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, copy_buf};
use tokio::task::spawn_blocking;
use tokio_stream::Stream;
use tokio_util::bytes::Buf;
use tokio_util::io::{ReaderStream, StreamReader};

/// Bytes in one chunk of a file that is sent.
pub const CHUNK: usize = 64 * 1024;

/// Saves `body` as `path`, and returns how many bytes that were.
///
/// They go into a file beside it, which gets the name when everything is written, so that `path`
/// is whole or as it was. An error, or dropping this future, removes that file.
///
/// # Errors
///
/// Those of the body and of the files, and `FileTooLarge` for more than `max_size` bytes.
pub async fn save<S, B, E>(body: S, path: &Path, max_size: u64) -> io::Result<u64>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: Buf,
    E: Into<io::Error>,
{
    let name = part_of(path);
    let part = name.clone();
    // Made together with its guard: wherever the two are dropped, the file goes.
    let make = move || io::Result::Ok((std::fs::File::create_new(&part)?, Part(Some(part))));
    let (file, mut part) = spawn_blocking(make).await??;
    let mut file = File::from_std(file);

    let mut body = StreamReader::new(body).take(max_size);
    // The reader has a buffer, the chunk itself, so `copy_buf` needs no second one. It flushes.
    let size = copy_buf(&mut body, &mut file).await?;
    if !body.into_inner().fill_buf().await?.is_empty() {
        return Err(ErrorKind::FileTooLarge.into());
    }
    file.sync_all().await?;
    fs::rename(&name, path).await?;
    part.0 = None;
    Ok(size)
}

/// The content of a file, to be sent as a body.
///
/// # Errors
///
/// Those of opening it; those of reading come out of the stream.
pub async fn open(path: &Path) -> io::Result<ReaderStream<File>> {
    Ok(ReaderStream::with_capacity(File::open(path).await?, CHUNK))
}

/// In the same folder, as a file system cannot rename into another one.
fn part_of(path: &Path) -> PathBuf {
    let unique = RandomState::new().hash_one(path);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{unique:x}.part"));
    name.into()
}

// Removes the file unless it has got its final name.
struct Part(Option<PathBuf>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::ready;
    use std::sync::mpsc;
    use tokio::runtime::Builder;
    use tokio::task::yield_now;
    use tokio_stream::{StreamExt, iter, pending};
    use tokio_util::bytes::Bytes;

    /// A folder of the test's own, removed also when the test fails.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> io::Result<Self> {
            let unique = RandomState::new().hash_one(std::process::id());
            let folder = std::env::temp_dir().join(format!("save-body-{unique:x}"));
            std::fs::create_dir(&folder)?;
            Ok(Self(folder))
        }

        fn files(&self) -> io::Result<Vec<String>> {
            std::fs::read_dir(&self.0)?
                .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
                .collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn chunks(text: &'static str, size: usize) -> Vec<io::Result<&'static [u8]>> {
        text.as_bytes().chunks(size).map(Ok).collect()
    }

    #[tokio::test]
    async fn chunks_of_any_size_make_the_same_file() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("body");
        for size in [1, 3, 64] {
            let saved = save(iter(chunks("hello world", size)), &path, 11).await?;
            assert_eq!(saved, 11);
            assert_eq!(std::fs::read(&path)?, b"hello world");
        }
        assert_eq!(folder.files()?, ["body"]);
        Ok(())
    }

    #[tokio::test]
    async fn an_error_in_the_middle_is_told_and_leaves_what_was_there() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("body");
        std::fs::write(&path, "old")?;
        let mut broken = chunks("new and", 2);
        broken.push(Err(ErrorKind::ConnectionReset.into()));
        let error = save(iter(broken), &path, 100).await.expect_err("broken");
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        assert_eq!(std::fs::read(&path)?, b"old");
        assert_eq!(folder.files()?, ["body"]);
        Ok(())
    }

    #[tokio::test]
    async fn more_than_the_limit_is_refused_and_an_empty_body_is_a_file() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("body");
        let error = save(iter(chunks("hello", 2)), &path, 4).await;
        assert_eq!(error.expect_err("too long").kind(), ErrorKind::FileTooLarge);
        assert!(folder.files()?.is_empty());
        assert_eq!(save(iter(chunks("", 1)), &path, 0).await?, 0);
        assert_eq!(folder.files()?, ["body"]);
        Ok(())
    }

    #[tokio::test]
    async fn a_dropped_download_leaves_nothing() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("body");
        let asked = Cell::new(false);
        let body = iter(chunks("hello", 2)).map(|chunk| {
            asked.set(true);
            chunk
        });
        let begun = async {
            while !asked.get() {
                yield_now().await;
            }
            assert_eq!(folder.files()?.len(), 1);
            io::Result::Ok(())
        };
        tokio::select! {
            biased;
            _ = save(body.chain(pending()), &path, 100) => panic!("the body has no end"),
            begun = begun => begun?,
        }
        assert!(folder.files()?.is_empty());
        Ok(())
    }

    #[test]
    fn a_download_that_is_dropped_before_its_file_is_there_leaves_nothing() -> io::Result<()> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()?;
        runtime.block_on(async {
            let folder = Folder::new()?;
            let path = folder.0.join("body");
            // The only thread is busy, so the file is made after the drop.
            let (free, busy) = mpsc::channel::<()>();
            let job = spawn_blocking(move || busy.recv());
            tokio::select! {
                biased;
                _ = save(iter(chunks("hello", 2)), &path, 100) => panic!("nobody makes the file"),
                () = ready(()) => {}
            }
            drop(free);
            assert!(job.await?.is_err());
            // Its turn comes after that of the file.
            spawn_blocking(|| ()).await?;
            assert!(folder.files()?.is_empty());
            Ok(())
        })
    }

    #[tokio::test]
    async fn a_file_comes_back_in_chunks() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("body");
        let content: Vec<u8> = (0..=u8::MAX).cycle().take(2 * CHUNK + 1).collect();
        std::fs::write(&path, &content)?;
        let mut body = open(&path).await?;
        let mut read = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk: Bytes = chunk?;
            assert!(!chunk.is_empty() && chunk.len() <= CHUNK);
            read.extend_from_slice(&chunk);
        }
        assert!(read == content);
        assert!(open(&folder.0.join("missing")).await.is_err());
        Ok(())
    }
}
