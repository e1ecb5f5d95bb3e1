//! A named task, in a build without `--cfg tokio_unstable`.

#[tokio::main]
async fn main() {
    let task = tokio::task::Builder::new()
        .name("indexer")
        .spawn(async { 42 });
    println!("{}", task.is_ok());
}
