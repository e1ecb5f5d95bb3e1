//! `Box<dyn Error>` is not `Send`, so a spawned task cannot return it.
use std::error::Error;

async fn connection() -> Result<(), Box<dyn Error>> {
    tokio::task::yield_now().await;
    Err("the client went away".into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    tokio::spawn(connection()).await?
}
