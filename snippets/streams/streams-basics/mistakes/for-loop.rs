//! Wrong: a stream is not an iterator, and a `for` loop cannot await.

use tokio_stream::wrappers::ReceiverStream;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_tx, rx) = tokio::sync::mpsc::channel::<i32>(1);
    for item in ReceiverStream::new(rx) {
        println!("{item}");
    }
}
