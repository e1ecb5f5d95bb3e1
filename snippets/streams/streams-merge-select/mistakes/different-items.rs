//! Wrong: two sources with different items cannot be merged as they are.

use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_jobs, jobs) = mpsc::channel::<u32>(1);
    let (_names, names) = mpsc::channel::<String>(1);
    let mut events = ReceiverStream::new(jobs).merge(ReceiverStream::new(names));
    println!("{:?}", events.next().await);
}
