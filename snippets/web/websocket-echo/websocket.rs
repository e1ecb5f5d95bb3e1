//! A WebSocket connection with pings, a bounded queue and a close handshake.
//!
//! Use it when a server keeps connections open to which other tasks send too: give them clones of
//! `outgoing`.
//!
//! Prevents: peers that are gone unnoticed, queues that grow for one that does not read, and ends
//! without a close frame.

use std::future::Future;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, error::Elapsed, interval_at, sleep, timeout};
use tokio_tungstenite::tungstenite::protocol::{
    CloseFrame, WebSocketConfig, frame::coding::CloseCode,
};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, error::ProtocolError};
use tokio_tungstenite::{WebSocketStream, accept_async_with_config};
use tokio_util::sync::CancellationToken;

/// Messages that wait for a client; no more is read then.
pub const QUEUE: usize = 16;
/// Largest message, in bytes; the crate's own limit is 64 MiB.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// A client is pinged so often.
pub const PING: Duration = Duration::from_secs(20);
/// Longest silence, handshake and write; more than `PING`.
pub const PATIENCE: Duration = Duration::from_secs(50);

/// Shakes hands over `io`, then echoes until the peer closes or `stop` is cancelled.
///
/// On `stop` the peer is told and has [`PATIENCE`] to close: await this with a deadline of your own.
/// What is queued is dropped.
///
/// # Errors
///
/// Those of the connection; `Error::Io` with `TimedOut` after [`PATIENCE`] without the peer.
pub async fn serve<S>(io: S, stop: CancellationToken) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        // Else a frame may claim 16 MiB, which are reserved.
        .max_frame_size(Some(MAX_MESSAGE));
    let handshake = within(accept_async_with_config(io, Some(limits)));
    let Some(socket) = stop.run_until_cancelled(handshake).await else {
        return Ok(());
    };
    let (sink, stream) = socket?.split();
    let (outgoing, queue) = mpsc::channel(QUEUE);
    tokio::select! {
        // Not biased: in a flood the second would find the budget used up.
        closed = receive(stream, outgoing) => closed,
        error = async {
            transmit(sink, queue, &stop).await?;
            // A peer that goes on sending must not hold up the stop.
            sleep(PATIENCE).await;
            Err(Error::Io(std::io::ErrorKind::TimedOut.into()))
        } => error,
    }
}

async fn receive(
    mut stream: SplitStream<WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>>,
    outgoing: mpsc::Sender<Message>,
) -> Result<(), Error> {
    // Pongs come through here too: silence means that nobody is there. Reading on until `None`
    // answers a close frame.
    while let Some(message) = within(async { stream.next().await.transpose() }).await? {
        if message.is_text() || message.is_binary() {
            // An error after our goodbye: only the peer's is awaited.
            let _ = outgoing.send(message).await;
        }
    }
    Ok(())
}

async fn transmit(
    mut sink: SplitSink<WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>, Message>,
    mut queue: mpsc::Receiver<Message>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = pings.tick() => Message::Ping(Bytes::new()),
            Some(message) = queue.recv() => message,
        };
        match within(sink.send(message)).await {
            // The peer has closed; `receive` ends it.
            Err(Error::AlreadyClosed | Error::Protocol(ProtocolError::SendAfterClosing)) => {
                return Ok(());
            }
            result => result?,
        }
    }
    let goodbye = CloseFrame {
        code: CloseCode::Away,
        reason: "the server stops".into(),
    };
    within(sink.send(Message::Close(Some(goodbye)))).await
}

async fn within<T>(step: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let late = |elapsed: Elapsed| Err(Error::Io(elapsed.into()));
    timeout(PATIENCE, step).await.unwrap_or_else(late)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio_tungstenite::client_async;

    type Client = WebSocketStream<DuplexStream>;
    type Server = JoinHandle<Result<(), Error>>;

    async fn connect(stop: &CancellationToken) -> (Client, Server) {
        let (near, far) = duplex(1024);
        let server = tokio::spawn(serve(far, stop.clone()));
        let (client, _) = client_async("ws://test/", near).await.unwrap();
        (client, server)
    }

    fn timed_out(result: Result<(), Error>) -> bool {
        matches!(result, Err(Error::Io(error)) if error.kind() == ErrorKind::TimedOut)
    }

    #[tokio::test(start_paused = true)]
    async fn messages_come_back_in_order_and_the_close_is_answered() {
        let (mut client, server) = connect(&CancellationToken::new()).await;
        for text in ["a", "b"] {
            client.feed(Message::text(text)).await.unwrap();
        }
        client.send(Message::binary(vec![1])).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap(), Message::text("a"));
        assert_eq!(client.next().await.unwrap().unwrap(), Message::text("b"));
        let bytes = client.next().await.unwrap().unwrap();
        assert_eq!(bytes, Message::binary(vec![1]));

        let frame = CloseFrame {
            code: CloseCode::Normal,
            reason: "done".into(),
        };
        client.close(Some(frame.clone())).await.unwrap();
        let answer = client.next().await.unwrap().unwrap();
        assert_eq!(answer, Message::Close(Some(frame)));
        assert!(client.next().await.is_none());
        assert!(server.await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_close_before_all_echoes_were_taken_is_no_error() {
        let (mut client, server) = connect(&CancellationToken::new()).await;
        for _ in 0..100 {
            client.feed(Message::text("x")).await.unwrap();
        }
        client.close(None).await.unwrap();
        while client.next().await.is_some() {}
        let result = server.await.unwrap();
        assert!(result.is_ok(), "{result:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_client_is_pinged_and_its_pongs_keep_it_alive() {
        let (mut client, server) = connect(&CancellationToken::new()).await;
        let start = Instant::now();
        for n in 1..=10 {
            let ping = client.next().await.unwrap().unwrap();
            assert_eq!(ping, Message::Ping(Bytes::new()));
            assert_eq!(start.elapsed(), PING * n);
        }
        assert!(!server.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_answer_is_given_up() {
        let (_client, server) = connect(&CancellationToken::new()).await;
        let start = Instant::now();
        assert!(timed_out(server.await.unwrap()));
        assert_eq!(start.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_reads_is_given_up_and_held_back_before() {
        let (mut client, server) = connect(&CancellationToken::new()).await;
        let mut sent = 0;
        let flood = async {
            while client.send(Message::text("x".repeat(100))).await.is_ok() {
                sent += 1;
            }
        };
        let ((), result) = tokio::join!(flood, server);
        assert!(timed_out(result.unwrap()));
        assert!(sent < QUEUE + 84, "{sent} messages were taken in");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_says_goodbye() {
        let stop = CancellationToken::new();
        let (mut client, server) = connect(&stop).await;
        stop.cancel();
        let message = client.next().await.unwrap().unwrap();
        assert!(matches!(message, Message::Close(Some(frame)) if frame.code == CloseCode::Away));
        assert!(client.next().await.is_none());
        assert!(server.await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_sends_on_does_not_hold_up_the_stop() {
        let stop = CancellationToken::new();
        let (client, server) = connect(&stop).await;
        let (mut sink, mut stream) = client.split();
        let start = Instant::now();
        stop.cancel();
        // Reads no frame, so that it does not learn of the goodbye.
        let flood = async {
            while sink.send(Message::text("more")).await.is_ok() {
                sleep(PING).await;
            }
        };
        let ((), result) = tokio::join!(flood, server);
        assert!(timed_out(result.unwrap()));
        assert!(start.elapsed() >= PATIENCE);
        assert!(stream.next().await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_is_too_large_ends_the_connection() {
        let (mut client, server) = connect(&CancellationToken::new()).await;
        let large = Message::binary(vec![0; MAX_MESSAGE + 1]);
        let _ = client.send(large).await;
        assert!(matches!(server.await.unwrap(), Err(Error::Capacity(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_handshake_is_given_up_and_a_cut_is_an_error() {
        let (mut near, far) = duplex(1024);
        near.write_all(b"GET / HT").await.unwrap();
        assert!(timed_out(serve(far, CancellationToken::new()).await));

        let (client, server) = connect(&CancellationToken::new()).await;
        drop(client);
        assert!(server.await.unwrap().is_err());
        assert_eq!(near.read(&mut [0]).await.unwrap(), 0);
    }
}
