//! Wrong: reqwest without its default features cannot speak TLS.

use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(error) = reqwest::get("https://127.0.0.1/").await {
        println!("{error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            println!("because: {error}");
            cause = error.source();
        }
    }
}
