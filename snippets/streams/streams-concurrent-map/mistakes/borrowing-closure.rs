//! Wrong: in a spawned task, a stream's closure that takes a reference fits one lifetime only.

use futures_util::{StreamExt, stream};

async fn request(url: &str) -> usize {
    url.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let urls = vec!["https://a.example".to_owned()];
    let requests = tokio::spawn(async move {
        let lengths = stream::iter(&urls).map(|url| async move { request(url).await });
        lengths.buffered(2).collect::<Vec<_>>().await
    });
    println!("{:?}", requests.await?);
    Ok(())
}
