//! Wrong: the generated stream is polled where it may still be moved.

use futures_util::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut numbers = async_stream::stream! {
        for n in 0..3 {
            yield n;
        }
    };
    while let Some(n) = numbers.next().await {
        println!("{n}");
    }
}
