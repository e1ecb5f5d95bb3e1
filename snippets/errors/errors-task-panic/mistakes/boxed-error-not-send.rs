//! A task returns `Box<dyn Error>`, which may not cross threads.

use std::error::Error;

async fn work() -> Result<(), Box<dyn Error>> {
    Err("out of paper".into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let result = tokio::spawn(work()).await;
    println!("{result:?}");
}
