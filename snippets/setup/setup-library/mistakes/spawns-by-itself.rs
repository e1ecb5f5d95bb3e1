//! A library's constructor spawns a task, and its user builds it before there is a runtime.

mod weather {
    pub struct Client;

    impl Client {
        pub fn new() -> Self {
            tokio::spawn(async { /* refreshes the cache */ });
            Self
        }
    }
}

fn main() {
    let _client = weather::Client::new();
}
