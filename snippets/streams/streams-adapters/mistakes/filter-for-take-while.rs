//! `filter` goes on after the mark, to the end of the stream.

use tokio_stream::{StreamExt, iter};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lines = iter(["a", "end", "b", "c"]);
    let before: Vec<_> = lines.filter(|line| *line != "end").collect().await;
    println!("before the end: {before:?}");
}
