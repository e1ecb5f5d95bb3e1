//! Wrong: only the data of an event may have several lines; a name comes from outside here.

use axum::response::sse::Event;

fn main() {
    let name = "news\nof today";
    let event = Event::default().event(name).data("hello");
    println!("{event:?}");
}
