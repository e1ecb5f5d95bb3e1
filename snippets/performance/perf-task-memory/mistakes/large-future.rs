//! Wrong: a large future is passed from caller to caller, on the stack and in each of their futures.

use tokio::io::{AsyncReadExt, empty};

async fn read() -> std::io::Result<usize> {
    let mut buffer = [0; 64 * 1024];
    empty().read(&mut buffer).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    println!("{}", read().await?);
    Ok(())
}
