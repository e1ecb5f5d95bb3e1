//! Wrong: the trait that gives `send` to a `Framed` is not imported.

use tokio_util::codec::{Framed, LinesCodec};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (client, _server) = tokio::io::duplex(64);
    let mut lines = Framed::new(client, LinesCodec::new());
    let sent = lines.send("hello").await;
    println!("{sent:?}");
}
