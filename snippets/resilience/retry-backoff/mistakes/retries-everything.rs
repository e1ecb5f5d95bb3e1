//! Every error is retried, also those that come back each time.
use std::io::{Error, ErrorKind};
use std::time::Duration;
use tokio::time::sleep;

async fn login(password: &str) -> Result<(), Error> {
    tokio::task::yield_now().await;
    match password {
        "secret" => Ok(()),
        _ => Err(ErrorKind::PermissionDenied.into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut attempts: u32 = 0;
    // Nobody asks what kind of error it is.
    while let Err(error) = login("wrong").await {
        attempts += 1;
        println!("attempt {attempts}: {error}");
        if attempts == 5 {
            println!("account locked after {attempts} wrong passwords");
            break;
        }
        sleep(Duration::from_millis(1)).await;
    }
}
