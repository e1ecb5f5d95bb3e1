//! The `Box<dyn Error>` is still alive at an await, and it is not `Send`.
use std::error::Error;

async fn request() -> Result<(), Box<dyn Error>> {
    tokio::task::yield_now().await;
    Err("the client went away".into())
}

async fn report(text: String) {
    tokio::task::yield_now().await;
    println!("{text}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::task::JoinError> {
    let connection = async {
        // Should be text before the next await, or `Box<dyn Error + Send + Sync>` from the start.
        if let Err(error) = request().await {
            report(error.to_string()).await;
        }
    };
    tokio::spawn(connection).await
}
