//! A stream of async blocks may not be moved, and `copy` wants a reader that may.
use tokio_stream::StreamExt;
use tokio_util::io::StreamReader;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let body = tokio_stream::iter(["hello ", "world"])
        .then(|text| async move { std::io::Result::Ok(text.as_bytes()) });
    // `StreamReader::new(std::pin::pin!(body))`
    let mut reader = StreamReader::new(body);
    tokio::io::copy(&mut reader, &mut tokio::io::sink()).await?;
    Ok(())
}
