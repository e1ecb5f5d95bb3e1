//! A plain function waits for a future.

async fn load() -> u64 {
    42
}

fn show() {
    println!("{}", load().await);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    show();
}
