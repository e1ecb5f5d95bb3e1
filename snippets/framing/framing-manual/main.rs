//! Both ends of a connection send and receive frames.

use connection::Connection;
use std::io;

pub mod connection;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (client, server) = tokio::io::duplex(4);
    let server = tokio::spawn(async move {
        let mut connection = Connection::new(server);
        while let Some(frame) = connection.read_frame().await? {
            connection.write_frame(&frame.to_ascii_uppercase()).await?;
        }
        Ok::<_, io::Error>(())
    });

    let mut connection = Connection::new(client);
    for frame in ["hello", "", "two\nlines"] {
        connection.write_frame(frame.as_bytes()).await?;
        println!("{:?}", connection.read_frame().await?);
    }
    drop(connection);
    server.await?
}
