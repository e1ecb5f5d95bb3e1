//! Many requests under way on one connection, whose answers come in any order.
//!
//! Use it when several tasks share a connection and the protocol gives each request a number that
//! its answer repeats. Here it is the head of each frame.
//!
//! Prevents: requests that wait for another one's answer, answers that reach the wrong caller,
//! callers that wait on a lost connection, entries that stay when they give up.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

/// The most bytes of a request or an answer, with its number.
pub const MAX_FRAME: usize = 1024 * 1024;
/// Requests that may wait to be written; then callers wait.
pub const QUEUE: usize = 32;

static NEXT: AtomicU64 = AtomicU64::new(0);

type Calls = HashMap<u64, oneshot::Sender<Bytes>>;

/// A handle; when the last clone is dropped the connection is closed.
#[derive(Debug, Clone)]
pub struct Client {
    queue: mpsc::Sender<Bytes>,
    // The task owns it: however that ends, the senders in it are dropped.
    pending: Weak<Mutex<Calls>>,
}

/// Frames as both sides write them: four bytes of length, the number, the content.
pub fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder()
        .max_frame_length(MAX_FRAME)
        .new_codec()
}

/// Drives the connection in a task, which tells how it ended.
///
/// # Panics
///
/// Outside of a Tokio runtime.
pub fn connect(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
) -> (Client, JoinHandle<io::Result<()>>) {
    let (mut frames, mut answers) = Framed::new(stream, codec()).split();
    let (queue, mut requests) = mpsc::channel(QUEUE);
    let pending = Arc::new(Mutex::new(Calls::new()));
    let client = Client {
        queue,
        pending: Arc::downgrade(&pending),
    };
    let task = tokio::spawn(async move {
        let read = async {
            while let Some(mut answer) = answers.next().await.transpose()? {
                if answer.len() < size_of::<u64>() {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                // Its caller may have given up.
                if let Some(caller) = lock(&pending).remove(&answer.get_u64()) {
                    let _ = caller.send(answer.freeze());
                }
            }
            Ok(())
        };
        let write = async {
            while let Some(frame) = requests.recv().await {
                frames.send(frame).await?;
            }
            frames.close().await
        };
        // Side by side: a peer that writes before it reads holds up neither.
        tokio::select! {
            end = read => end,
            end = write => end,
        }
    });
    (client, task)
}

impl Client {
    /// Sends a request and waits for its answer; a `timeout` around it limits that.
    ///
    /// After a future that was dropped, as after an error, the peer may still carry it out.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it is too long to be sent, `NotConnected` if the connection has ended.
    pub async fn call(&self, request: &[u8]) -> io::Result<Bytes> {
        let length = size_of::<u64>() + request.len();
        if length > MAX_FRAME {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut frame = BytesMut::with_capacity(length);
        frame.put_u64(id);
        frame.put_slice(request);

        let ended = || io::Error::new(io::ErrorKind::NotConnected, "the connection has ended");
        let (answer, answered) = oneshot::channel();
        lock(&*self.pending.upgrade().ok_or_else(ended)?).insert(id, answer);
        let _forget = Forget(&self.pending, id);
        self.queue.send(frame.freeze()).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())
    }
}

struct Forget<'a>(&'a Weak<Mutex<Calls>>, u64);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        if let Some(pending) = self.0.upgrade() {
            lock(&pending).remove(&self.1);
        }
    }
}

fn lock(pending: &Mutex<Calls>) -> MutexGuard<'_, Calls> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{Future, pending};
    use std::time::Duration;
    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
    use tokio::task::yield_now;
    use tokio::time::timeout;

    type Server = Framed<DuplexStream, LengthDelimitedCodec>;

    fn pair(capacity: usize) -> (Client, JoinHandle<io::Result<()>>, Server) {
        let (here, there) = duplex(capacity);
        let (client, task) = connect(here);
        (client, task, Framed::new(there, codec()))
    }

    async fn receive(server: &mut Server, count: usize) -> Vec<Bytes> {
        let mut requests = Vec::new();
        while requests.len() < count {
            requests.push(server.next().await.unwrap().unwrap().freeze());
        }
        requests
    }

    fn ask(client: &Client, request: &'static str) -> JoinHandle<io::Result<Bytes>> {
        let client = client.clone();
        tokio::spawn(async move { client.call(request.as_bytes()).await })
    }

    fn kind(result: io::Result<Bytes>) -> io::ErrorKind {
        result.unwrap_err().kind()
    }

    async fn after_a_while<T>(call: impl Future<Output = T>) -> Option<T> {
        timeout(Duration::from_secs(1), call).await.ok()
    }

    #[tokio::test(start_paused = true)]
    async fn answers_in_any_order_reach_their_callers() {
        let (client, _task, mut server) = pair(7);
        let calls = ["a", "b", "", "d"].map(|request| ask(&client, request));
        let mut requests = receive(&mut server, 4).await;
        requests.reverse();
        for answer in requests {
            server.send(answer).await.unwrap();
        }
        for (call, request) in calls.into_iter().zip(["a", "b", "", "d"]) {
            assert_eq!(call.await.unwrap().unwrap(), request);
        }
        assert!(lock(&client.pending.upgrade().unwrap()).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_connection_fails_all_that_wait_and_all_that_come() {
        let (client, task, mut server) = pair(64);
        let calls = ["a", "b", "c"].map(|request| ask(&client, request));
        receive(&mut server, 2).await;
        drop(server);
        for call in calls {
            assert_eq!(kind(call.await.unwrap()), io::ErrorKind::NotConnected);
        }
        assert_eq!(kind(client.call(b"d").await), io::ErrorKind::NotConnected);
        // It depends on which side saw the end first.
        let _ = task.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn so_does_a_task_that_is_aborted() {
        let (client, task, _server) = pair(64);
        let call = ask(&client, "a");
        yield_now().await;
        task.abort();
        assert_eq!(kind(call.await.unwrap()), io::ErrorKind::NotConnected);
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(kind(client.call(b"b").await), io::ErrorKind::NotConnected);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_is_forgotten_and_a_late_answer_harms_nobody() {
        let (client, _task, mut server) = pair(64);
        assert_eq!(after_a_while(client.call(b"a")).await.map(kind), None);
        assert!(lock(&client.pending.upgrade().unwrap()).is_empty());
        let call = ask(&client, "b");
        for answer in receive(&mut server, 2).await {
            server.send(answer).await.unwrap();
        }
        assert_eq!(call.await.unwrap().unwrap(), "b");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_place_in_the_queue_is_forgotten_too() {
        let (client, _task, _server) = pair(1);
        let calls: Vec<_> = (0..QUEUE + 2).map(|_| ask(&client, "a")).collect();
        assert_eq!(after_a_while(client.call(b"b")).await.map(kind), None);
        let waiting = lock(&client.pending.upgrade().unwrap()).len();
        assert_eq!(waiting, calls.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_writes_before_it_reads_blocks_nobody() {
        let (client, _task, mut server) = pair(16);
        let call = ask(&client, "a request that is longer than the pipe");
        yield_now().await;
        let unasked = Bytes::from(vec![255; 10_000]);
        let written = after_a_while(server.send(unasked)).await;
        assert!(written.unwrap().is_ok());
        let request = receive(&mut server, 1).await.remove(0);
        server.send(request).await.unwrap();
        assert!(call.await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn too_long_a_request_is_refused_and_the_others_go_on() {
        let (client, _task, mut server) = pair(64);
        let mut request = vec![0; MAX_FRAME - 7];
        assert_eq!(
            kind(client.call(&request).await),
            io::ErrorKind::InvalidInput
        );
        request.pop();
        let (answer, ()) = tokio::join!(client.call(&request), async {
            let request = receive(&mut server, 1).await.remove(0);
            server.send(request).await.unwrap();
        });
        assert_eq!(answer.unwrap(), request);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_without_a_number_ends_the_connection() {
        let (client, task, mut server) = pair(64);
        let call = ask(&client, "a");
        server.send(Bytes::from("1234567")).await.unwrap();
        assert_eq!(kind(call.await.unwrap()), io::ErrorKind::NotConnected);
        let error = task.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_inside_an_answer_is_told() {
        let (client, task, server) = pair(64);
        let mut stream = server.into_inner();
        stream.write_all(b"\0\0\0\x09123").await.unwrap();
        stream.shutdown().await.unwrap();
        let error = task.await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "bytes remaining on stream");
        assert_eq!(
            client.call(b"a").await.unwrap_err().to_string(),
            "the connection has ended"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_client_closes_the_connection() {
        let (client, task, mut server) = pair(64);
        let other = client.clone();
        drop(client);
        assert!(after_a_while(server.next()).await.is_none());
        drop(other);
        assert!(server.next().await.is_none());
        assert!(task.await.unwrap().is_ok());
        let never: Option<()> = after_a_while(pending()).await;
        assert_eq!(never, None);
    }
}
