//! One stream of a process, from its pipe to where it is kept or passed on to.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::watch;

use super::Ending;
use super::streams::{Kept, News, Sink};

/// What was written before the end lies in the pipe by then, and a pipe holds no more than this.
const IN_PIPE: usize = 1024 * 1024;
/// How long to look for it. Only a process that has left the group and holds the pipe open lets this pass.
const LOOK: Duration = Duration::from_millis(100);
const CHUNK: usize = 64 * 1024;

/// One stream on its way.
pub(super) struct Pump<P> {
    pub(super) pipe: P,
    pub(super) kept: Arc<Mutex<Kept>>,
    pub(super) sink: Option<Sink>,
    /// Whether it is stdout, without which there is no use in going on.
    pub(super) is_answer: bool,
    pub(super) tell: watch::Sender<News>,
    pub(super) ended: watch::Receiver<bool>,
}

impl<P: AsyncRead + Unpin> Pump<P> {
    pub(super) async fn run(mut self) {
        let mut buffer = vec![0; CHUNK];
        let mut after_end = 0;
        while after_end <= IN_PIPE {
            let has_ended = *self.ended.borrow_and_update();
            let count = if has_ended {
                match tokio::time::timeout(LOOK, read(&mut self.pipe, &mut buffer)).await {
                    Ok(Ok(count)) => count,
                    Ok(Err(_)) | Err(_) => return,
                }
            } else {
                tokio::select! {
                    count = read(&mut self.pipe, &mut buffer) => match count {
                        Ok(count) => count,
                        Err(_) => return,
                    },
                    // A sender that is gone is the end, too.
                    changed = self.ended.changed() => match changed {
                        Ok(()) => continue,
                        Err(_) => return,
                    },
                }
            };
            if count == 0 {
                return;
            }
            after_end += if has_ended { count } else { 0 };
            buffer = self.take(buffer, count).await;
        }
    }

    async fn take(&mut self, buffer: Vec<u8>, count: usize) -> Vec<u8> {
        let reached = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(&buffer[..count]);
        if self.is_answer {
            self.tell.send_modify(|news| {
                news.reached |= reached;
                news.count += 1;
            });
        }
        let Some(mut sink) = self.sink.take() else {
            return buffer;
        };
        // On a thread: our own reader may take its time, and the time limit must not wait for it.
        let delivered = tokio::task::spawn_blocking(move || {
            let result = deliver(sink.as_mut(), &buffer[..count]);
            (sink, buffer, result)
        });
        let Ok((sink, buffer, result)) = delivered.await else {
            return vec![0; CHUNK];
        };
        match result {
            Ok(()) => self.sink = Some(sink),
            Err(error) if self.is_answer => {
                let failed = if error.kind() == io::ErrorKind::BrokenPipe {
                    Ending::Unread
                } else {
                    Ending::Unwritable(error.raw_os_error().unwrap_or_default())
                };
                self.tell.send_modify(|news| news.failed = Some(failed));
            }
            // The answer goes on without its accompaniment.
            Err(_) => {}
        }
        buffer
    }
}

async fn read(pipe: &mut (impl AsyncRead + Unpin), buffer: &mut [u8]) -> io::Result<usize> {
    let mut buffer = ReadBuf::new(buffer);
    std::future::poll_fn(|context| std::pin::Pin::new(&mut *pipe).poll_read(context, &mut buffer))
        .await?;
    Ok(buffer.filled().len())
}

/// Writes all of it, also into a pipe that another program has made non-blocking.
fn deliver(sink: &mut dyn Write, mut bytes: &[u8]) -> io::Result<()> {
    // A `Write` has no descriptor to wait for, and on this thread nobody else waits.
    const TRY_AGAIN: Duration = Duration::from_millis(2);
    let wait = |error: io::Error| match error.kind() {
        io::ErrorKind::WouldBlock => {
            std::thread::sleep(TRY_AGAIN);
            Ok(())
        }
        io::ErrorKind::Interrupted => Ok(()),
        _ => Err(error),
    };
    while !bytes.is_empty() {
        match sink.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(error) => wait(error)?,
        }
    }
    loop {
        match sink.flush() {
            Ok(()) => return Ok(()),
            Err(error) => wait(error)?,
        }
    }
}
