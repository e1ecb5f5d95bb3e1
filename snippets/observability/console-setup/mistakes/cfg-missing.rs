//! The console is started in a build without `--cfg tokio_unstable`.

#[tokio::main]
async fn main() {
    console_subscriber::init();
}
