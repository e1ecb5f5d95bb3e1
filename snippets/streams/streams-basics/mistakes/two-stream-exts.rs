//! Wrong: two traits with a `next` are in scope, and rustc does not choose.

use futures_util::StreamExt as _;
use tokio_stream::StreamExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut stream = tokio_stream::iter([1, 2, 3]);
    let item = stream.next().await;
    println!("{item:?}");
}
