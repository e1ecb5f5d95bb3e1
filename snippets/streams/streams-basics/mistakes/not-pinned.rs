//! Wrong: the stream holds an async block and is not pinned.

use tokio_stream::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut stream = tokio_stream::iter([1, 2, 3]).then(|n| async move { n * 2 });
    while let Some(n) = stream.next().await {
        println!("{n}");
    }
}
