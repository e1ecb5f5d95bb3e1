//! Wrong: the blocking client waits for a thread of its own, and so blocks the one that runs tasks.

#[tokio::main]
async fn main() {
    let client = reqwest::blocking::Client::new();
    drop(client);
}
