//! The list of mirrors is empty, as no one has filled in the setting.

use futures_util::future::{BoxFuture, select_ok};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mirrors: Vec<BoxFuture<'static, Result<u32, String>>> = Vec::new();
    println!("{:?}", select_ok(mirrors).await.map(|(answer, _)| answer));
}
