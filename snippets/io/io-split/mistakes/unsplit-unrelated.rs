//! Two streams are split, and halves of different streams are put together.

use tokio::io::{duplex, split};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (client, server) = duplex(64);
    let (from_server, _to_server) = split(client);
    let (_from_client, to_client) = split(server);
    let _stream = from_server.unsplit(to_client);
}
