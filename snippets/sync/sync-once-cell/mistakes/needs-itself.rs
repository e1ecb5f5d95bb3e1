//! To make the client its own logger is needed, and that needs the client.

use tokio::sync::OnceCell;

static CLIENT: OnceCell<String> = OnceCell::const_new();

async fn client() -> &'static str {
    CLIENT.get_or_init(open).await
}

async fn open() -> String {
    println!("reached");
    // Stands for a call some functions further down.
    Box::pin(client()).await.to_owned()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", client().await);
}
