//! Server-sent events with keep-alive, reported gaps and a stop that ends them.
//!
//! Use it when a browser or another client is to be told of news over plain HTTP, one way. For both
//! ways take a WebSocket.
//!
//! Prevents: proxies that close a quiet stream, clients that are gone but stay subscribed, a slow
//! one that is cut off at its first gap, and a graceful shutdown that waits for streams for ever.

use std::convert::Infallible;
use std::error::Error;
use std::future::IntoFuture;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};
use tokio_util::sync::CancellationToken;

/// A comment is sent after a silence of this length; proxies often cut at 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Events that a slow client may be behind before it misses some; rounded up to a power of two.
const BACKLOG: usize = 64;

/// Where events come from, and what ends the streams.
#[derive(Clone)]
struct Feed {
    events: broadcast::Sender<String>,
    stop: CancellationToken,
}

impl Feed {
    fn new() -> Self {
        Self {
            events: broadcast::Sender::new(BACKLOG),
            stop: CancellationToken::new(),
        }
    }
}

fn router(feed: Feed) -> Router {
    Router::new()
        .route("/events", get(subscribe))
        .with_state(feed)
}

/// There is no task for each subscriber: axum drops the stream when the client has gone.
async fn subscribe(
    State(feed): State<Feed>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let events = BroadcastStream::new(feed.events.subscribe()).map(|event| {
        Ok(match event {
            Ok(text) => Event::default().data(text),
            // The client is told, and can load what it has missed.
            Err(BroadcastStreamRecvError::Lagged(missed)) => {
                Event::default().event("missed").data(missed.to_string())
            }
        })
    });
    // Without it `with_graceful_shutdown` would wait for the last client to leave.
    let events = events.take_until(feed.stop.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let feed = Feed::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, router(feed.clone()))
        .with_graceful_shutdown(feed.stop.clone().cancelled_owned());
    let server = tokio::spawn(server.into_future());

    let mut client = BufReader::new(TcpStream::connect(address).await?);
    let request = b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n";
    client.write_all(request).await?;
    let mut lines = client.lines();
    // An empty line ends the response's head: by then the client is subscribed.
    while lines
        .next_line()
        .await?
        .is_some_and(|line| !line.is_empty())
    {}

    for n in 1..=3 {
        feed.events.send(format!("event {n}"))?;
    }
    let mut events = 0;
    while events < 3 {
        let line = lines.next_line().await?.ok_or("cut off")?;
        if let Some(data) = line.strip_prefix("data: ") {
            println!("{data}");
            events += 1;
        }
    }

    drop(lines);
    feed.events.closed().await;
    println!("the client has left");

    let mut another = TcpStream::connect(address).await?;
    another.write_all(request).await?;
    // The response has begun: this stream is open when the server stops.
    another.read_u8().await?;
    feed.stop.cancel();
    server.await??;
    println!("stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, BodyDataStream};
    use axum::http::Request;
    use tokio::time::Instant;
    use tower::ServiceExt;

    async fn connect(feed: &Feed) -> BodyDataStream {
        let request = Request::get("/events").body(Body::empty()).unwrap();
        let response = router(feed.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body().into_data_stream()
    }

    async fn next(client: &mut BodyDataStream) -> Option<String> {
        let chunk = client.next().await?.unwrap();
        Some(String::from_utf8(chunk.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn every_client_gets_every_event_until_it_leaves() {
        let feed = Feed::new();
        let (mut a, mut b) = (connect(&feed).await, connect(&feed).await);
        feed.events.send("one\ntwo".to_owned()).unwrap();
        let event = Some("data: one\ndata: two\n\n".to_owned());
        assert_eq!(next(&mut a).await, event);
        assert_eq!(next(&mut b).await, event);
        drop(a);
        assert_eq!(feed.events.receiver_count(), 1);
        drop(b);
        feed.events.closed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_broken_by_a_comment() {
        let feed = Feed::new();
        let mut client = connect(&feed).await;
        let start = Instant::now();
        for n in 1..=3 {
            assert_eq!(next(&mut client).await.unwrap(), ":\n\n");
            assert_eq!(start.elapsed(), KEEP_ALIVE * n);
        }
    }

    #[tokio::test]
    async fn a_client_that_is_behind_is_told_what_it_missed_and_goes_on() {
        let feed = Feed::new();
        let mut client = connect(&feed).await;
        // The channel holds the next power of two.
        for n in 0..BACKLOG.next_power_of_two() + 2 {
            feed.events.send(n.to_string()).unwrap();
        }
        let told = "event: missed\ndata: 2\n\n";
        assert_eq!(next(&mut client).await.unwrap(), told);
        assert_eq!(next(&mut client).await.unwrap(), "data: 2\n\n");
    }

    #[tokio::test]
    async fn a_stop_ends_the_stream() {
        let feed = Feed::new();
        let mut client = connect(&feed).await;
        feed.stop.cancel();
        assert_eq!(next(&mut client).await, None);
    }
}
