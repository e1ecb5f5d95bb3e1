//! A path that any other file may have is too long for a socket.
use tokio::net::UnixListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let path = std::env::temp_dir().join("x".repeat(200));
    if let Err(error) = UnixListener::bind(path) {
        println!("{error}");
    }
}
