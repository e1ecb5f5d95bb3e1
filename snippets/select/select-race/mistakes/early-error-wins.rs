//! The first answer counts, and the first answer is an error.

use std::time::Duration;

use tokio::time::sleep;

async fn dead_mirror() -> Result<&'static str, &'static str> {
    Err("connection refused")
}

async fn good_mirror() -> Result<&'static str, &'static str> {
    sleep(Duration::from_millis(10)).await;
    Ok("the file")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let answer = tokio::select! {
        answer = dead_mirror() => answer,
        answer = good_mirror() => answer,
    };
    println!("{answer:?}, although the other one succeeds");
}
