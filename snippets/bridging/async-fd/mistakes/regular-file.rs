//! On Linux a regular file is always ready and cannot be watched.

use tokio::io::unix::{AsyncFd, AsyncFdRegisterError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let file = std::fs::File::open(std::env::current_exe()?)?;
    // SAFETY: the file owns its descriptor and is not closed before the `AsyncFd`.
    let watched = unsafe { AsyncFd::register(file) };
    if let Err(refused) = watched {
        let (_file, error) = AsyncFdRegisterError::into_parts(refused);
        println!("cannot watch a regular file: {:?}", error.kind());
    }
    Ok(())
}
