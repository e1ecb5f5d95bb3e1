//! The end of a pipe that is for reading is used for writing.

use tokio::net::unix::pipe;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (_sender, receiver) = pipe::pipe()?;
    if let Err(error) = pipe::Sender::from_owned_fd(receiver.into_blocking_fd()?) {
        println!("cannot write: {error}");
    }
    Ok(())
}
