//! Wrong: the error of a client that fell behind is passed on, and that ends its response.

use axum::body::Body;
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures_util::StreamExt;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let events = broadcast::Sender::new(2);
    let stream = BroadcastStream::new(events.subscribe());
    let stream = stream.map(|event| event.map(|text: &str| Event::default().data(text)));
    let response = Sse::new(stream).into_response();
    for text in ["one", "two", "three"] {
        let _ = events.send(text);
    }
    let body: Body = response.into_body();
    match body.into_data_stream().next().await {
        Some(Ok(event)) => println!("event: {event:?}"),
        Some(Err(error)) => println!("the response is cut: {error}"),
        None => println!("end"),
    }
}
