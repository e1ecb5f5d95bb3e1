//! Wrong: the trait that gives `next` to a stream is not imported.

use tokio_stream::wrappers::ReceiverStream;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_tx, rx) = tokio::sync::mpsc::channel::<i32>(1);
    let mut stream = ReceiverStream::new(rx);
    let item = stream.next().await;
    println!("{item:?}");
}
