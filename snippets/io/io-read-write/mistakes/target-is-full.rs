//! More is copied than the target has room for.

use std::io::Cursor;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut answer = [0; 4];
    let mut target = Cursor::new(&mut answer[..]);
    if let Err(error) = tokio::io::copy(&mut &b"hello"[..], &mut target).await {
        println!("{error}");
    }
}
