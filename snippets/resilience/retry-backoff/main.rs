//! A server that is still starting is asked again, a missing page is not.

use retry::Retry;
use std::io::{Error, ErrorKind};

pub mod retry;

/// Stands for a request to a server that is not yet up for the first two.
async fn request(path: &str, attempt: u32) -> Result<&'static str, Error> {
    // Where the request goes out and the task waits for the reply.
    tokio::task::yield_now().await;
    let result = match path {
        "/missing" => Err(ErrorKind::NotFound.into()),
        _ if attempt < 3 => Err(ErrorKind::ConnectionRefused.into()),
        _ => Ok("a page"),
    };
    match &result {
        Ok(page) => println!("{path}, attempt {attempt}: {page}"),
        Err(error) => println!("{path}, attempt {attempt}: {error}"),
    }
    result
}

/// Repeating a request helps only if the server may answer otherwise next time.
fn is_transient(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::TimedOut
    )
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for path in ["/index", "/missing"] {
        let mut attempt = 0;
        let operation = || {
            attempt += 1;
            request(path, attempt)
        };
        match Retry::default().run(operation, is_transient).await {
            Ok(page) => println!("{path}: {page}"),
            Err(error) => {
                let last = error.last.as_ref().map(Error::kind);
                println!("{path}: {error}, last error: {last:?}");
            }
        }
    }
}
