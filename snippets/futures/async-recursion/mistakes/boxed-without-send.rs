//! The box is there, but its type says nothing of `Send`.

use std::future::Future;
use std::pin::Pin;

fn countdown(n: u32) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        println!("{n}");
        if n > 0 {
            countdown(n - 1).await;
        }
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _ = tokio::spawn(countdown(3)).await;
}
