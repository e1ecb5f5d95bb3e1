//! Wrong: the blocking client has a runtime of its own, which must not be dropped in async code.

#[tokio::main]
async fn main() {
    let client = reqwest::blocking::Client::new();
    drop(client);
}
