//! `filter` goes on after the mark, to the end of the stream.

use tokio_stream::{StreamExt, iter};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut ended = false;
    let lines = iter(["a", "end", "b", "c"]).map(|line| {
        ended |= line == "end";
        line
    });
    let before: Vec<_> = lines.filter(|line| *line != "end").collect().await;
    println!("before the end: {before:?}");
}
