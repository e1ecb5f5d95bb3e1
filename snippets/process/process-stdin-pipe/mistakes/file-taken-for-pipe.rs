//! Input that is a file is opened as if it were a pipe.

use tokio::net::unix::pipe::Receiver;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let input = std::fs::File::open("/dev/null")?;
    if let Err(error) = Receiver::from_file(input) {
        println!("cannot read the input: {error}");
    }
    Ok(())
}
