//! A library installs a subscriber, so the program cannot install its own.

mod payments {
    pub fn connect() {
        tracing_subscriber::fmt().init();
        tracing::info!("connected");
    }
}

#[tokio::main]
async fn main() {
    payments::connect();
    tracing_subscriber::fmt().init();
}
