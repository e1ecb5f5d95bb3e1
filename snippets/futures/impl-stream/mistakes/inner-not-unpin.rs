//! Inner state is polled through `&mut self`, which a pinned stream does not give.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::Stream;

struct Doubled<S>(S);

impl<S: Stream<Item = u32>> Stream for Doubled<S> {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<u32>> {
        let inner = Pin::new(&mut self.0);
        inner
            .poll_next(context)
            .map(|item| item.map(|item| 2 * item))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    drop(Doubled(tokio_stream::iter([1, 2, 3])));
}
