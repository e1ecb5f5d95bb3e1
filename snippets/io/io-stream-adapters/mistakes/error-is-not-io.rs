//! The stream's error does not turn into an `io::Error`, so its reader cannot report it.
use tokio::io::AsyncReadExt;
use tokio_util::io::StreamReader;

/// Stands for `reqwest::Error` and others of their kind.
#[derive(Debug)]
struct BodyError;

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for BodyError {}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let body = tokio_stream::iter([Ok(&b"hello"[..]), Err(BodyError)]);
    // Before this: `.map(|chunk| chunk.map_err(io::Error::other))`.
    let mut reader = StreamReader::new(body);
    let mut text = String::new();
    reader.read_to_string(&mut text).await?;
    Ok(())
}
