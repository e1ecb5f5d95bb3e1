//! After its end the stream says `Pending`, and nothing will ever wake the one who asked.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::{Stream, StreamExt};

struct Once(Option<u32>, bool);

impl Stream for Once {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        match self.0.take() {
            Some(item) => Poll::Ready(Some(item)),
            None if self.1 => Poll::Pending,
            None => {
                self.1 = true;
                Poll::Ready(None)
            }
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut once = Once(Some(1), false);
    while let Some(item) = once.next().await {
        println!("{item}");
    }
    println!("reached");
    println!("{:?}", once.next().await);
}
